using OpsManager.Contract;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Log;

namespace SuperloopAdapter.Snapshots;

/// <summary>Makes the snapshot envelope from what was read.</summary>
internal static class SnapshotBuilder
{
    public static LoopRunSnapshot Build(SuperloopFolder folder, LoopObservation observation, SnapshotAdditions additions, string emittedAt, string? traceId)
    {
        var (readings, evidence) = (observation.Readings, observation.Evidence);
        var log = readings.Log;
        var run = log.Facts.Run;
        var summary = readings.RunSummary.Value.Object(ArtifactParsers.SummaryLastEntry);
        return new LoopRunSnapshot
        {
            SchemaVersion = ContractVersion.V1,
            EnvelopeType = ContractVersion.SnapshotType,
            EmittedAt = emittedAt,
            TraceId = traceId,
            Source = new EnvelopeSource { RepoPath = folder.RepoPath, LoopId = evidence.LoopId },
            Run = new SnapshotRun
            {
                RunId = run?.RunId,
                Iteration = run?.Iteration,
                Status = StatusRules.Of(evidence, additions.Exit?.Code),
                Summary = summary,
            },
            Runtime = new SnapshotRuntime
            {
                SuperloopState = readings.State.Value,
                ActiveRun = readings.ActiveRun.Value,
                Approval = readings.Approval.Value,
                Heartbeat = readings.Heartbeat.Value,
            },
            Artifacts = new SnapshotArtifacts
            {
                Events = new ArtifactInfo
                {
                    Path = SuperloopFolder.ContractPath(SuperloopFolder.LoopFile(evidence.LoopId, "events.jsonl")),
                    Exists = log.Exists,
                    SizeBytes = log.SizeBytes,
                    LineCount = log.LineCount,
                    Sha256 = log.Sha256,
                    MtimeEpoch = log.ModifiedSeconds,
                },
                RunSummary = readings.RunSummary.ToInfo(),
                State = readings.State.ToInfo(),
                ActiveRun = readings.ActiveRun.ToInfo(),
                Approval = readings.Approval.ToInfo(),
                Heartbeat = readings.Heartbeat.ToInfo(),
            },
            Sequence = new EnvelopeSequence { Source = EventEnvelopes.SequenceSource, Value = log.LineCount },
            Cursor = new EnvelopeCursor { EventLineOffset = log.LineCount, EventLineCount = log.LineCount },
            Health = new SnapshotHealth
            {
                EventCount = log.LineCount,
                LastEventAt = log.Facts.Last?.Timestamp,
                LastEventName = log.Facts.Last?.Name,
                LastSummaryAt = readings.RunSummary.Value.Text(ArtifactParsers.SummaryUpdatedAt),
                HasPendingApproval = evidence.HasPendingApproval,
                Gates = summary.Object("gates"),
                Stuck = summary.Object("stuck"),
            },
            Ext = SnapshotFacts.Of(observation, additions),
        };
    }
}
