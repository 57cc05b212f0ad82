using System.Text;
using System.Text.Json;

namespace OpsManager.Testing.Corpus;

/// <summary>An artifact tree as it was at one moment, with what is known of that moment.</summary>
/// <param name="Scenario">Folder name of the scenario.</param>
/// <param name="Name">Folder name of the step.</param>
/// <param name="TreePath">Absolute path of the tree: the folder that holds <c>.superloop</c> and stands for the repository.</param>
/// <param name="Meta">What is known of the moment.</param>
public sealed record CorpusStep(string Scenario, string Name, string TreePath, CorpusMeta Meta)
{
    /// <summary>Scenario and step, such as <c>killed/02-killed</c>.</summary>
    public string Id => Scenario + "/" + Name;

    /// <summary>Absolute path of the tree's <c>.superloop</c>.</summary>
    public string SuperloopPath => Path.Combine(TreePath, ".superloop");

    /// <summary>The loops that have a folder in the tree, ordered by name.</summary>
    public IReadOnlyList<string> LoopIds => Directory.Exists(Path.Combine(SuperloopPath, "loops"))
        ? [.. Directory.EnumerateDirectories(Path.Combine(SuperloopPath, "loops")).Select(static d => Path.GetFileName(d)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Where the existing manager's snapshot lies, whether or not it wrote one.</summary>
    public string ExpectedSnapshotPath => Path.Combine(TreePath, "expected", "snapshot.json");

    /// <summary>Where the existing manager's event envelopes lie, whether or not it wrote any.</summary>
    public string ExpectedEventsPath => Path.Combine(TreePath, "expected", "events.ndjson");

    /// <summary>Absolute path of a loop's event log, whether or not it exists.</summary>
    public string EventLogPath(string loopId) => Path.Combine(SuperloopPath, "loops", loopId, "events.jsonl");

    /// <summary>The existing manager's snapshot as bytes; null if it failed to make one or was not asked.</summary>
    public byte[]? ReadExpectedSnapshot() =>
        File.Exists(ExpectedSnapshotPath) && File.ReadAllBytes(ExpectedSnapshotPath) is { Length: > 0 } bytes ? bytes : null;

    /// <summary>The existing manager's event envelopes, one per line, as far as it got; empty if it failed at once or was not asked.</summary>
    public IReadOnlyList<byte[]> ReadExpectedEvents() => File.Exists(ExpectedEventsPath)
        ? [.. File.ReadLines(ExpectedEventsPath).Where(static l => l.Length > 0).Select(Encoding.UTF8.GetBytes)]
        : [];

    /// <summary>Copies <c>.superloop</c> below <paramref name="target"/>, which then stands for the repository and may be changed.</summary>
    public void CopyTreeTo(string target)
    {
        foreach (var file in Directory.EnumerateFiles(SuperloopPath, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(target, Path.GetRelativePath(TreePath, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to, overwrite: true);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Id;

    internal static CorpusStep Load(string directory)
    {
        var meta = JsonSerializer.Deserialize<CorpusMeta>(File.ReadAllBytes(Path.Combine(directory, "meta.json")), JsonSerializerOptions.Web)
            ?? throw new InvalidDataException($"{directory}/meta.json is null.");
        return new CorpusStep(Path.GetFileName(Path.GetDirectoryName(directory)!), Path.GetFileName(directory), directory, meta);
    }
}
