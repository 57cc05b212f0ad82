using System.Text.Json;
using OpsManager.Testing.Corpus;

namespace OpsManager.Corpus.Tests.Replay;

/// <summary>A loop's log in a recorded step, for telling what its processes did. Never given to the product.</summary>
internal sealed class RecordedLog
{
    private readonly string[] _lines;

    private RecordedLog(string[] lines) => _lines = lines;

    /// <summary>Complete lines.</summary>
    public int Count => _lines.Length;

    public static RecordedLog Of(CorpusStep step, string loopId) =>
        new(File.Exists(step.EventLogPath(loopId)) ? File.ReadAllText(step.EventLogPath(loopId)).Split('\n')[..^1] : []);

    /// <summary>Whether this log is <paramref name="earlier"/> and more.</summary>
    public bool Continues(RecordedLog earlier) => _lines.AsSpan().StartsWith(earlier._lines);

    /// <summary>Line of the newest launch after a line; null without one.</summary>
    public int? NewestLaunchAfter(int line)
    {
        for (var number = _lines.Length; number > line; number--)
        {
            if (NameOf(_lines[number - 1]) == "loop_start")
            {
                return number;
            }
        }

        return null;
    }

    /// <summary>Whether a process that had logged <paramref name="earlier"/> logged more: a line that is no launch, and no decision of somebody else.</summary>
    public bool GoesOn(RecordedLog earlier) =>
        Continues(earlier) && _lines.Skip(earlier.Count).Select(NameOf).FirstOrDefault(static name => name is not (null or "approval_decision")) is not (null or "loop_start");

    private static string? NameOf(string line)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("event", out var name) && name.ValueKind == JsonValueKind.String
                ? name.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
