using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Processes;
using SuperloopAdapter.Snapshots;

namespace SuperloopAdapter.Control;

/// <summary>
/// Removes what an ended run left in the repository's state files, because the runtime refuses to start over it. Only what is
/// this loop's, and only when no process of the runtime lives that could be its owner. The caller holds the start lock.
/// </summary>
internal sealed class StaleState(SuperloopFolder folder, IProcessTable processes)
{
    public void Clear(LoopObservation after)
    {
        var sighting = new ProcessSighting(processes, folder.RepoPath);
        var (evidence, active) = (after.Evidence, after.Readings.ActiveRun);
        if (!sighting.IsKnown || sighting.LeaderOf(evidence.LoopId, evidence.RecordedPid, evidence.RecordedGroup) is not null)
        {
            return;
        }

        // Half-written for good: its writer was killed. It can be told whose it was only when nobody else is there.
        var alone = sighting.Leaders.Count == 0;
        var tornIsOurs = alone && after.Launch is not null;
        var state = after.Readings.State;
        if (evidence.StateSaysActive || (state.Unreadable == UnreadableReasons.Torn && (tornIsOurs || (alone && evidence.ActiveRunIsOurs))))
        {
            folder.Delete(ArtifactSpec.State.RelativePath);
        }

        if ((evidence.ActiveRunIsOurs && sighting.Leaders.All(l => l.Process.Pid != evidence.RecordedPid)) || (active.Unreadable == UnreadableReasons.Torn && tornIsOurs))
        {
            folder.Delete(ArtifactSpec.ActiveRun.RelativePath);
        }
    }
}
