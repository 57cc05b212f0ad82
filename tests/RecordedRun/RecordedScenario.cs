namespace OpsManager.RecordedRun;

/// <summary>A recorded run: the trees of its steps, in order.</summary>
public sealed class RecordedScenario
{
    private RecordedScenario(string name, IReadOnlyList<string> stepPaths)
    {
        Name = name;
        StepPaths = stepPaths;
    }

    /// <summary>The scenario's name.</summary>
    public string Name { get; }

    /// <summary>Folders of the steps, each holding a <c>.superloop</c> tree.</summary>
    public IReadOnlyList<string> StepPaths { get; }

    /// <summary>Opens the scenario in a folder.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no step in it.</exception>
    public static RecordedScenario Open(string path)
    {
        var steps = Directory.Exists(path)
            ? Directory.EnumerateDirectories(path).Where(step => Directory.Exists(Path.Combine(step, ".superloop"))).Order(StringComparer.Ordinal).ToArray()
            : [];
        return steps.Length > 0
            ? new RecordedScenario(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)), steps)
            : throw new DirectoryNotFoundException($"'{path}' holds no recorded step: a folder with a .superloop tree in it.");
    }
}
