using OpsManager.Contract;

namespace SuperloopAdapter.Snapshots;

/// <summary>What this adapter knows beyond v1: the members of <c>ext</c>, each absent when unknown.</summary>
internal static class SnapshotFacts
{
    public static SnapshotExtensions Of(LoopObservation observation, SnapshotAdditions additions)
    {
        var process = ProcessTruth.Of(observation);
        return new SnapshotExtensions
        {
            Capabilities = additions.Capabilities,
            Epoch = observation.Readings.Log.Epoch,
            Process = process,
            ObserveOnly = ProcessTruth.ObserveOnly(observation),
            ForeignLeaders = ProcessTruth.Foreign(observation),
            Attempt = AttemptOf(observation),
            Exit = additions.Exit,
            Control = additions.Control,

            // What the log ends with before a launch has logged its start is what another process was at.
            Activity = process is { Alive: true } && !observation.Evidence.IsLaunchUnlogged ? Activities.Of(observation) : null,
            PendingDecision = additions.Decision,
            PendingRecovery = additions.Recovery,
            Beat = additions.Beat,
            Unreadable = observation.Readings.Unreadable() is { Count: > 0 } unreadable ? unreadable : null,
        };
    }

    private static AttemptFacts? AttemptOf(LoopObservation observation)
    {
        var run = observation.Readings.Log.Facts.Run;
        if (observation.Launch is not { Launch: { } launch } covering)
        {
            return run is null ? null : new AttemptFacts { BaseLine = run.Start.Line - 1, RuntimeRunId = run.Start.RunId };
        }

        return new AttemptFacts
        {
            RunId = launch.RunId,
            Number = launch.Attempt,
            BaseLine = covering.BaseLineIn(observation.Readings.Log),
            RuntimeRunId = covering.HasLogged(observation.Readings.Log) ? run!.Start.RunId : null,
        };
    }
}
