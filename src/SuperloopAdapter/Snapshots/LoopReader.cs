using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Log;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Snapshots;

/// <summary>One loop of a repository: its artifacts, its log and the process behind them.</summary>
internal sealed class LoopReader(SuperloopFolder folder, ArtifactReader artifacts, IProcessTable processes, string loopId) : IDisposable
{
    /// <summary>A loop that changes with every look is moving; whatever then was seen last is reported.</summary>
    private const int MaxLooks = 5;

    public string LoopId { get; } = loopId;

    public EventLog Log { get; } = new(folder, loopId);

    /// <summary>
    /// Reads liveness before the artifacts, and when no leader lives reads both again until two looks agree: a process that
    /// ended between the looks has written its last files by then, and one that began shows as alive. So neither an orderly
    /// end nor a start under way is ever taken for a crash.
    /// </summary>
    public async Task<(LoopReadings Readings, ProcessSighting Sighting, RunEvidence Evidence)> ReadAsync(CancellationToken cancellation)
    {
        LoopReadings? before = null;
        for (var look = 1; ; look++)
        {
            var sighting = new ProcessSighting(processes, folder.RepoPath);
            var readings = await ReadArtifactsAsync(cancellation);
            var evidence = Evaluate(readings, sighting);
            if (evidence.Leader != LeaderEvidence.Gone || (before is not null && readings.SameVersionsAs(before)) || look == MaxLooks)
            {
                return (readings, sighting, evidence);
            }

            before = readings;
        }
    }

    public void Dispose() => Log.Dispose();

    private async Task<LoopReadings> ReadArtifactsAsync(CancellationToken cancellation)
    {
        var read = await artifacts.ReadAsync(
            [
                ArtifactSpec.State,
                ArtifactSpec.ActiveRun,
                ArtifactSpec.Approval(LoopId),
                ArtifactSpec.RunSummary(LoopId),
                ArtifactSpec.Heartbeat(LoopId),
                ArtifactSpec.Config,
            ],
            cancellation);
        return new LoopReadings(read[0], read[1], read[2], read[3], read[4], read[5], Log.Refresh());
    }

    private RunEvidence Evaluate(LoopReadings readings, ProcessSighting sighting)
    {
        var evidence = new RunEvidence(LoopId, readings.Log, readings.State, readings.ActiveRun, readings.Approval, LeaderEvidence.Unknown);
        return evidence with
        {
            Leader = !sighting.IsKnown ? LeaderEvidence.Unknown
                : sighting.LeaderOf(LoopId, evidence.RecordedPid, evidence.RecordedGroup) is not null ? LeaderEvidence.Alive
                : LeaderEvidence.Gone,
        };
    }
}
