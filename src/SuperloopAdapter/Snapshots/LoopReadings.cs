using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Log;

namespace SuperloopAdapter.Snapshots;

/// <summary>The artifacts of a loop as read in one pass; the log is read last, so that it is never behind the others.</summary>
internal sealed record LoopReadings(
    ArtifactReading State,
    ArtifactReading ActiveRun,
    ArtifactReading Approval,
    ArtifactReading RunSummary,
    ArtifactReading Heartbeat,
    ArtifactReading Config,
    LogView Log)
{
    public IReadOnlyDictionary<string, string> Unreadable()
    {
        Dictionary<string, string> unreadable = new(StringComparer.Ordinal);
        foreach (var (name, reading) in new[]
        {
            ("state", State), ("activeRun", ActiveRun), ("approval", Approval), ("runSummary", RunSummary), ("heartbeat", Heartbeat), ("config", Config),
        })
        {
            if (reading.Unreadable is { } reason)
            {
                unreadable[name] = reason;
            }
        }

        return unreadable;
    }

    /// <summary>Whether another pass saw the very same versions of what a status rests on.</summary>
    public bool SameVersionsAs(LoopReadings other) =>
        State.Identity == other.State.Identity
        && ActiveRun.Identity == other.ActiveRun.Identity
        && Approval.Identity == other.Approval.Identity
        && Log.LineCount == other.Log.LineCount
        && Log.Epoch == other.Log.Epoch;
}
