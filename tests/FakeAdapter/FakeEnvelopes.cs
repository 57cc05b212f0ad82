using System.Text.Json;
using OpsManager.Contract;

namespace OpsManager.FakeAdapter;

/// <summary>The envelopes of v1 over a log in memory.</summary>
internal static class FakeEnvelopes
{
    private const string SequenceSource = "cursor_event_line_offset";

    public static EnvelopeSource Source(string loopId) => new() { RepoPath = "/fake/repository", LoopId = loopId };

    public static JsonElement Event(string loopId, JsonElement line, long number, long count, string? traceId = null) => JsonSerializer.SerializeToElement(
        new LoopRunEvent
        {
            SchemaVersion = ContractVersion.V1,
            EnvelopeType = "loop_run_event",
            EmittedAt = line.GetProperty("timestamp").GetString()!,
            TraceId = traceId,
            Source = Source(loopId),
            Sequence = new EnvelopeSequence { Source = SequenceSource, Value = number },
            Cursor = new EnvelopeCursor { EventLineOffset = number, EventLineCount = count },
            Run = new EventRun { RunId = line.GetProperty("run_id").GetString(), Iteration = line.GetProperty("iteration").GetInt64() },
            Event = new EventBody
            {
                Timestamp = line.GetProperty("timestamp").GetString()!,
                Name = line.GetProperty("event").GetString()!,
                Role = line.GetProperty("role").GetString(),
                Payload = line.GetProperty("data"),
                Raw = line,
            },
        },
        ContractJsonContext.Default.LoopRunEvent);

    public static LoopRunSnapshot Snapshot(
        string loopId, string now, IReadOnlyList<JsonElement> lines, string? runtimeRunId, long iteration, string status, FakeApproval? approval)
    {
        var last = lines.Count == 0 ? (JsonElement?)null : lines[^1];
        return new LoopRunSnapshot
        {
            SchemaVersion = ContractVersion.V1,
            EnvelopeType = "loop_run_snapshot",
            EmittedAt = now,
            Source = Source(loopId),
            Run = new SnapshotRun { RunId = runtimeRunId, Iteration = runtimeRunId is null ? null : iteration, Status = status },
            Runtime = new SnapshotRuntime
            {
                Approval = approval is null ? null : JsonSerializer.SerializeToElement(new
                {
                    status = approval.Status,
                    loop_id = loopId,
                    run_id = approval.RuntimeRunId,
                    iteration = approval.Iteration,
                    requested_at = approval.RequestedAt,
                    decision = approval.DecidedAt is null ? null : new { status = approval.Status, by = approval.By, note = approval.Note, at = approval.DecidedAt },
                }),
            },
            Artifacts = new SnapshotArtifacts
            {
                Events = Artifact("events.jsonl", lines.Count),
                RunSummary = Artifact("run-summary.json", 0),
                State = Artifact("state.json", 0),
                ActiveRun = Artifact("active-run.json", 0),
                Approval = Artifact("approval.json", approval is null ? 0 : 1),
            },
            Sequence = new EnvelopeSequence { Source = SequenceSource, Value = lines.Count },
            Cursor = new EnvelopeCursor { EventLineOffset = lines.Count, EventLineCount = lines.Count },
            Health = new SnapshotHealth
            {
                EventCount = lines.Count,
                LastEventAt = last?.GetProperty("timestamp").GetString(),
                LastEventName = last?.GetProperty("event").GetString(),
                HasPendingApproval = approval is { Status: "pending" },
            },
        };
    }

    private static ArtifactInfo Artifact(string path, long lines) =>
        new() { Path = path, Exists = lines > 0, SizeBytes = lines, LineCount = lines, Sha256 = lines > 0 ? new string('0', 64) : null, MtimeEpoch = lines > 0 ? 1 : null };
}
