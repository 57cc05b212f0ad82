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

    /// <summary>Absolute path of a loop's event log, whether or not it exists.</summary>
    public string EventLogPath(string loopId) => Path.Combine(SuperloopPath, "loops", loopId, "events.jsonl");

    /// <summary>The loops that the step says the truth of.</summary>
    public IReadOnlyList<string> JudgedLoops => Meta.Truth.Loops is { } loops ? [.. loops.Keys] : [OnlyLoop()];

    /// <summary>The existing manager's snapshot as bytes; null if it failed to make one or was not asked.</summary>
    public byte[]? ReadExpectedSnapshot(string loopId) =>
        File.Exists(Expected(loopId, "snapshot.json")) && File.ReadAllBytes(Expected(loopId, "snapshot.json")) is { Length: > 0 } bytes ? bytes : null;

    /// <summary>The existing manager's event envelopes, one per line, as far as it got; empty if it failed at once or was not asked.</summary>
    public IReadOnlyList<byte[]> ReadExpectedEvents(string loopId) => File.Exists(Expected(loopId, "events.ndjson"))
        ? [.. File.ReadLines(Expected(loopId, "events.ndjson")).Where(static l => l.Length > 0).Select(Encoding.UTF8.GetBytes)]
        : [];

    /// <summary>
    /// Makes the tree below <paramref name="target"/>, which then stands for the repository and may be changed, this one; an earlier step's may be there. A log that goes on is appended to, as the
    /// runtime does; the adapter's own records stay.
    /// </summary>
    public void MoveTreeTo(string target)
    {
        var root = Path.Combine(target, ".superloop");
        Directory.CreateDirectory(root);
        var wanted = Files(SuperloopPath);
        foreach (var left in Files(root).Except(wanted, StringComparer.Ordinal).Where(static f => !f.StartsWith("ops/", StringComparison.Ordinal)))
        {
            File.Delete(Path.Combine(root, left));
        }

        foreach (var file in wanted)
        {
            Move(file, root);
        }
    }

    /// <summary>Moves only the logs, which are written before what follows from them.</summary>
    public void AppendLogsTo(string target)
    {
        foreach (var log in Files(SuperloopPath).Where(static f => Path.GetFileName(f) == "events.jsonl"))
        {
            Move(log, Path.Combine(target, ".superloop"));
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Id;

    // Where there are several loops, each has a folder of its own.
    private string Expected(string loopId, string file) => Meta.Truth.Loops is null
        ? Path.Combine(TreePath, "expected", file)
        : Path.Combine(TreePath, "expected", loopId, file);

    // A repository may be set up for more loops than were ever run; a loop that never ran has no folder.
    private string OnlyLoop()
    {
        if (LoopIds is [var ran])
        {
            return ran;
        }

        using var config = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(SuperloopPath, "config.json")));
        return config.RootElement.GetProperty("loops")[0].GetProperty("id").GetString()!;
    }

    private static IReadOnlyList<string> Files(string root) => Directory.Exists(root)
        ? [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(root, f)).Order(StringComparer.Ordinal)]
        : [];

    private void Move(string file, string root)
    {
        var to = Path.Combine(root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        var content = File.ReadAllBytes(Path.Combine(SuperloopPath, file));
        if (file.EndsWith(".jsonl", StringComparison.Ordinal) && File.Exists(to) && content.AsSpan().StartsWith(File.ReadAllBytes(to)))
        {
            File.AppendAllBytes(to, content[(int)new FileInfo(to).Length..]);
        }
        else
        {
            File.WriteAllBytes(to, content);
        }
    }

    internal static CorpusStep Load(string directory)
    {
        var meta = JsonSerializer.Deserialize<CorpusMeta>(File.ReadAllBytes(Path.Combine(directory, "meta.json")), JsonSerializerOptions.Web)
            ?? throw new InvalidDataException($"{directory}/meta.json is null.");
        return new CorpusStep(Path.GetFileName(Path.GetDirectoryName(directory)!), Path.GetFileName(directory), directory, meta);
    }
}
