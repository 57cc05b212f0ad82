using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OpsManager.SuperloopSimulator.Runtime;

namespace SuperloopSimulator.Tests.Support;

/// <summary>A .superloop folder with everything taken out that differs between two runs of the same story: times, paths, pids, hashes.</summary>
internal sealed partial class Tree
{
    // Endings of member names whose values belong to one run on one machine.
    private static readonly string[] Unstable = ["sha256", "mtime", "pid", "pgid", "duration_ms"];
    private readonly string _root;
    private readonly string _repository;

    private Tree(string root, string repository) => (_root, _repository) = (root, repository);

    public static Tree Recorded(string step)
    {
        var meta = JsonText.TryRead(Path.Combine(step, "meta.json"))!;
        return new Tree(Path.Combine(step, ".superloop"), meta.Text("repoPath")!);
    }

    public static Tree Of(SimulatedRepository repository) => new(repository.Superloop, repository.Root);

    /// <summary>The recorder kept the files that matter; others of the simulator have nothing to be compared with.</summary>
    public string[] Files(IReadOnlySet<string> kept) =>
        [.. Directory.EnumerateFiles(_root, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(_root, path)).Where(path => kept.Contains(Path.GetFileName(path))).Order(StringComparer.Ordinal)];

    public string[] Events(string loop)
    {
        var runs = new List<string>();
        return [.. File.ReadAllLines(Path.Combine(_root, "loops", loop, "events.jsonl")).Select(line => Normal(JsonNode.Parse(line)!, runs))];
    }

    public string Document(string name)
    {
        return Normal(JsonNode.Parse(File.ReadAllText(Path.Combine(_root, name)))!, RunIdsOf(name));
    }

    public string[] Lines(string name) => [.. File.ReadAllLines(Path.Combine(_root, name)).Select(line => Normal(JsonNode.Parse(line)!, RunIdsOf(name)))];

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Moment();

    /// <summary>Run ids by their order in the loop's log, so that they mean the same in every file.</summary>
    private List<string> RunIdsOf(string name)
    {
        var log = Path.Combine(_root, Path.GetDirectoryName(name)!, "events.jsonl");
        return File.Exists(log) ? [.. File.ReadAllLines(log).Select(line => JsonNode.Parse(line)!["run_id"]!.GetValue<string>()).Distinct()] : [];
    }

    private string Normal(JsonNode node, List<string> runs)
    {
        Clean(node, runs);
        return node.ToJsonString();
    }

    private void Clean(JsonNode node, List<string> runs)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members.ToArray())
                {
                    if (Unstable.Any(unstable => name.EndsWith(unstable, StringComparison.Ordinal)) && value is not null)
                    {
                        members[name] = "<any>";
                    }
                    else if (value is JsonValue scalar && scalar.TryGetValue<string>(out var text))
                    {
                        members[name] = name switch
                        {
                            "run_id" => Ordinal(text, runs),
                            "code_signature" when text.Length == 64 => "<hash>",
                            _ => Cleaned(text),
                        };
                    }
                    else if (value is not null)
                    {
                        Clean(value, runs);
                    }
                }

                break;
            case JsonArray list:
                for (var i = 0; i < list.Count; i++)
                {
                    if (list[i] is JsonValue scalar && scalar.TryGetValue<string>(out var text))
                    {
                        list[i] = Cleaned(text);
                    }
                    else if (list[i] is { } item)
                    {
                        Clean(item, runs);
                    }
                }

                break;
            default:
                break;
        }
    }

    private string Cleaned(string text) => Moment().Replace(text, "<time>").Replace(_repository, "<repo>", StringComparison.Ordinal);

    private static string Ordinal(string runId, List<string> runs)
    {
        if (!runs.Contains(runId))
        {
            runs.Add(runId);
        }

        return $"<run {runs.IndexOf(runId) + 1}>";
    }
}
