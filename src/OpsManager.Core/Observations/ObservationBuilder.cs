using OpsManager.Contract;
using OpsManager.Core.Evidence;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Observations;

/// <summary>
/// Makes an observation out of stored rows and the snapshot read before them. Pure: the same rows give the same observation, so
/// that a repeated poll activity, or one whose result was lost, decides nothing twice.
/// </summary>
public static class ObservationBuilder
{
    /// <summary>Builds the observation.</summary>
    /// <param name="launch">How the run comes by its process.</param>
    /// <param name="previous">The evidence at the last decision; its <see cref="RunEvidence.Through"/> is <c>decidedThrough</c>.</param>
    /// <param name="facts">The stored events after it, in order, up to <c>storedThrough</c>. Events it already holds are skipped.</param>
    /// <param name="snapshot">The snapshot, read before the events.</param>
    /// <param name="receivedAt">When the manager received the snapshot, on its own clock.</param>
    /// <param name="linesRead">Lines of the current epoch that are stored, skipped or quarantined.</param>
    /// <param name="logChanges">What happened to the log in this poll: <c>log_truncated</c>, <c>log_replaced</c>.</param>
    public static Observation Build(
        LaunchKind launch,
        RunEvidence previous,
        IEnumerable<ReceivedFact> facts,
        LoopRunSnapshot snapshot,
        DateTimeOffset receivedAt,
        long linesRead,
        IEnumerable<string>? logChanges = null)
    {
        ArgumentNullException.ThrowIfNull(previous);
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(snapshot);
        return new Observation
        {
            ReceivedAt = receivedAt,
            SpriteTime = RuntimeFactsReader.SpriteTime(snapshot),
            Evidence = EvidenceFold.Apply(previous, facts, launch),
            CaughtUp = linesRead >= (snapshot.Cursor?.EventLineCount ?? 0),
            Runtime = RuntimeFactsReader.Read(snapshot),
            Capabilities = RuntimeFactsReader.Capabilities(snapshot),
            LogChanges = logChanges?.ToValueList() ?? [],
        };
    }
}
