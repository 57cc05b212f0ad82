using System.Text.Json.Nodes;

namespace OpsManager.RecordedRun;

/// <summary>A repository whose <c>.superloop</c> tree is moved from one recorded step to the next, as the runtime would have moved it.</summary>
/// <param name="path">The repository.</param>
public sealed class PlayedRepository(string path) : IDisposable
{
    private const string ActiveRun = "active-run.json";
    private const string EventLog = "events.jsonl";

    private PlayedLeader? _leader;

    /// <summary>The repository.</summary>
    public string Path { get; } = path;

    private string Root => System.IO.Path.Combine(Path, ".superloop");

    /// <summary>Moves the tree to a step at once.</summary>
    public void MoveTo(string stepPath)
    {
        foreach (var _ in Play(stepPath))
        {
            // Every change is made; nobody waits in between.
        }
    }

    /// <summary>
    /// Moves the tree to a step, yielding after every event line. Files that appear are there before the first line and files that
    /// vanish go after the last, as with the runtime itself.
    /// </summary>
    public IEnumerable<string> Play(string stepPath)
    {
        var source = System.IO.Path.Combine(stepPath, ".superloop");
        var files = RelativeFiles(source);
        foreach (var file in files.Where(file => !IsLog(file) && !File.Exists(In(file))))
        {
            Copy(source, file);
        }

        foreach (var log in files.Where(IsLog))
        {
            foreach (var line in Append(System.IO.Path.Combine(source, log), In(log)))
            {
                yield return line;
            }
        }

        foreach (var file in files.Where(file => !IsLog(file)))
        {
            Copy(source, file);
        }

        foreach (var file in RelativeFiles(Root).Except(files, StringComparer.Ordinal))
        {
            File.Delete(In(file));
        }

        if (!files.Contains(ActiveRun))
        {
            Dispose();
        }
    }

    /// <summary>Ends the process that stands for the leader.</summary>
    public void Dispose()
    {
        _leader?.Dispose();
        _leader = null;
    }

    private static bool IsLog(string relativePath) => System.IO.Path.GetFileName(relativePath) == EventLog;

    private static IReadOnlyList<string> RelativeFiles(string root) => Directory.Exists(root)
        ? [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Select(file => System.IO.Path.GetRelativePath(root, file)).Order(StringComparer.Ordinal)]
        : [];

    private static IEnumerable<string> Append(string source, string target)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
        var recorded = File.ReadAllText(source);
        var written = File.Exists(target) ? File.ReadAllText(target) : string.Empty;
        if (!recorded.StartsWith(written, StringComparison.Ordinal))
        {
            // The recording replaced its log; so does the copy.
            File.WriteAllText(target, recorded);
            yield break;
        }

        for (var start = written.Length; start < recorded.Length;)
        {
            var end = recorded.IndexOf('\n', start);
            end = end < 0 ? recorded.Length : end + 1;
            var line = recorded[start..end];
            File.AppendAllText(target, line);
            start = end;
            yield return line;
        }
    }

    private string In(string relativePath) => System.IO.Path.Combine(Root, relativePath);

    private void Copy(string source, string relativePath)
    {
        var target = In(relativePath);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
        var content = File.ReadAllBytes(System.IO.Path.Combine(source, relativePath));

        // The recorded leader is long gone. A process of ours stands in for it, so that an adapter that looks at processes finds one.
        if (relativePath == ActiveRun && JsonNode.Parse(content) is JsonObject activeRun)
        {
            _leader ??= PlayedLeader.Start(Path, activeRun["loop_id"]?.GetValue<string>() ?? string.Empty);
            activeRun["repo"] = Path;
            activeRun["pid"] = _leader.ProcessId;
            activeRun["pgid"] = _leader.ProcessId;
            content = System.Text.Encoding.UTF8.GetBytes(activeRun.ToJsonString());
        }

        if (File.Exists(target) && File.ReadAllBytes(target).AsSpan().SequenceEqual(content))
        {
            return;
        }

        // By rename: half-written files are the business of the tests that are about them.
        var temporary = target + ".tmp";
        File.WriteAllBytes(temporary, content);
        File.Move(temporary, target, overwrite: true);
    }
}
