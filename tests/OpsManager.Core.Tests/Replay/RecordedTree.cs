using System.Globalization;
using System.Text;
using System.Text.Json;
using OpsManager.Contract;

namespace OpsManager.Core.Tests.Replay;

/// <summary>Reads a recorded tree as an adapter would: complete lines of the log, and a snapshot of the runtime's files.</summary>
public static class RecordedTree
{
    /// <summary>The complete lines of the loop's log; what follows the last line end is not yet a line.</summary>
    public static IReadOnlyList<string> Lines(RecordedStep step, string loopId)
    {
        var path = Path.Combine(LoopDirectory(step, loopId), "events.jsonl");
        return File.Exists(path) ? File.ReadAllText(path, Encoding.UTF8).Split('\n')[..^1] : [];
    }

    /// <summary>The event of a line; null if it cannot be read as one.</summary>
    public static LoopRunEvent? Event(string line, long number, long count)
    {
        if (Parse(line) is not { ValueKind: JsonValueKind.Object } raw
            || Text(raw, "event") is not { } name
            || Text(raw, "timestamp") is not { } timestamp)
        {
            return null;
        }

        return new LoopRunEvent
        {
            SchemaVersion = ContractVersion.V1,
            EnvelopeType = ContractVersion.EventType,
            EmittedAt = timestamp,
            Source = new EnvelopeSource { RepoPath = "/repo", LoopId = Text(raw, "loop_id") ?? string.Empty },
            Sequence = new EnvelopeSequence { Source = "cursor_event_line_offset", Value = number },
            Cursor = new EnvelopeCursor { EventLineOffset = number, EventLineCount = count },
            Run = new EventRun
            {
                RunId = Text(raw, "run_id"),
                Iteration = raw.TryGetProperty("iteration", out var iteration) && iteration.ValueKind == JsonValueKind.Number ? iteration.GetInt64() : null,
            },
            Event = new EventBody
            {
                Timestamp = timestamp,
                Name = name,
                Role = Text(raw, "role"),
                Status = Text(raw, "status"),
                Payload = raw.TryGetProperty("data", out var data) ? data : null,
                Raw = raw,
            },
        };
    }

    /// <summary>The snapshot of a loop, with what its launcher would know of the last exit.</summary>
    public static LoopRunSnapshot Snapshot(RecordedStep step, string loopId, DateTimeOffset at)
    {
        var root = Path.Combine(step.Directory, ".superloop");
        var loop = LoopDirectory(step, loopId);
        var count = Lines(step, loopId).Count;
        var summary = Read(Path.Combine(loop, "run-summary.json"));
        JsonElement? last = summary is { ValueKind: JsonValueKind.Object } && summary.Value.GetProperty("entries") is { } entries && entries.GetArrayLength() > 0
            ? entries[entries.GetArrayLength() - 1]
            : null;
        return new LoopRunSnapshot
        {
            SchemaVersion = ContractVersion.V1,
            EnvelopeType = ContractVersion.SnapshotType,
            EmittedAt = at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            Source = new EnvelopeSource { RepoPath = "/repo", LoopId = loopId },
            Run = new SnapshotRun { Status = "unknown", Summary = last },
            Runtime = new SnapshotRuntime
            {
                SuperloopState = Read(Path.Combine(root, "state.json")),
                ActiveRun = Read(Path.Combine(root, "active-run.json")),
                Approval = Read(Path.Combine(loop, "approval.json")),
                Heartbeat = Read(Path.Combine(loop, "heartbeat.v1.json")),
            },
            Artifacts = new SnapshotArtifacts
            {
                Events = Artifact(Path.Combine(loop, "events.jsonl")),
                RunSummary = Artifact(Path.Combine(loop, "run-summary.json")),
                State = Artifact(Path.Combine(root, "state.json")),
                ActiveRun = Artifact(Path.Combine(root, "active-run.json")),
                Approval = Artifact(Path.Combine(loop, "approval.json")),
            },
            Sequence = new EnvelopeSequence { Source = "cursor_event_line_offset", Value = count },
            Cursor = new EnvelopeCursor { EventLineOffset = count, EventLineCount = count },
            Health = new SnapshotHealth { EventCount = count, HasPendingApproval = false },
            Ext = step.RunExit(loopId) is { } exit
                ? new SnapshotExtensions { Exit = new ExitFacts { Code = exit.Code, LogLine = count, OutputTail = exit.Text } }
                : null,
        };
    }

    private static string LoopDirectory(RecordedStep step, string loopId) => Path.Combine(step.Directory, ".superloop", "loops", loopId);

    private static ArtifactInfo Artifact(string path) =>
        new() { Path = Path.GetFileName(path), Exists = File.Exists(path), SizeBytes = 0, LineCount = 0 };

    private static JsonElement? Read(string path) => File.Exists(path) ? Parse(File.ReadAllText(path)) : null;

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static JsonElement? Parse(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
