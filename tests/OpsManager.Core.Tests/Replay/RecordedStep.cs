using System.Reflection;
using System.Text.Json;

namespace OpsManager.Core.Tests.Replay;

/// <summary>One recorded moment: the tree as it was, the last command, and the truth for each loop.</summary>
public sealed record RecordedStep(string Scenario, string Name, string Directory)
{
    private static readonly string Corpus = Path.Combine(
        typeof(RecordedStep).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static a => a.Key == "FixturesPath").Value!,
        "corpus");

    private readonly JsonElement _meta = JsonDocument.Parse(File.ReadAllText(Path.Combine(Directory, "meta.json"))).RootElement.Clone();

    /// <summary>Scenario and step.</summary>
    public string Id => $"{Scenario}/{Name}";

    /// <summary>When the tree was copied.</summary>
    public DateTimeOffset CapturedAt => _meta.GetProperty("capturedAt").GetDateTimeOffset();

    /// <summary>The truth of each loop: label and, where it is given as a code, the reason.</summary>
    public IReadOnlyDictionary<string, (string Label, string? Reason)> Truth => ReadTruth();

    /// <summary>All recorded steps in order, by scenario.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<RecordedStep>> Scenarios { get; } = System.IO.Directory
        .EnumerateDirectories(Corpus)
        .Select(static scenario => System.IO.Directory
            .EnumerateDirectories(scenario)
            .Where(static step => File.Exists(Path.Combine(step, "meta.json")))
            .Order(StringComparer.Ordinal)
            .Select(step => new RecordedStep(Path.GetFileName(scenario), Path.GetFileName(step), step))
            .ToList())
        .Where(static steps => steps.Count > 0)
        .ToDictionary(static steps => steps[0].Scenario, static steps => (IReadOnlyList<RecordedStep>)steps, StringComparer.Ordinal);

    /// <summary>The exit code of the last command if it was a run of this loop, as its launcher would know it.</summary>
    public (int Code, string Text)? RunExit(string loopId)
    {
        if (_meta.GetProperty("lastCommand") is not { ValueKind: JsonValueKind.Object } command
            || command.GetProperty("exitCode") is not { ValueKind: JsonValueKind.Number } exitCode)
        {
            return null;
        }

        var words = command.GetProperty("command").GetString()!.Split(' ');
        var loop = Array.IndexOf(words, "--loop");
        return words.Contains("run") && loop >= 0 && words.ElementAtOrDefault(loop + 1) == loopId
            ? (exitCode.GetInt32(), command.GetProperty("outputTail").GetString() ?? string.Empty)
            : null;
    }

    private Dictionary<string, (string Label, string? Reason)> ReadTruth()
    {
        var truth = _meta.GetProperty("truth");
        if (truth.TryGetProperty("loops", out var loops))
        {
            return loops.EnumerateObject().ToDictionary(static l => l.Name, static l => (l.Value.GetString()!, (string?)null), StringComparer.Ordinal);
        }

        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(Directory, ".superloop", "config.json")));
        var loop = config.RootElement.GetProperty("loops")[0].GetProperty("id").GetString()!;
        var reason = truth.TryGetProperty("reason", out var text) ? text.GetString() : null;
        return new(StringComparer.Ordinal) { [loop] = (truth.GetProperty("lifecycle").GetString()!, TruthTable.ReasonCode(reason)) };
    }
}
