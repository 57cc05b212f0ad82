using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Processes;
using SuperloopAdapter.Snapshots;

namespace SuperloopAdapter.Control;

/// <summary>
/// Removes what an ended run left in the repository's state files, because the runtime refuses to start over it. Only what is
/// this loop's, and only when no process of the runtime lives that could be its owner. The caller holds the start lock.
/// </summary>
internal sealed class StaleState(SuperloopFolder folder, IProcessTable processes, TimeProvider time)
{
    public void Clear(LoopObservation after)
    {
        var sighting = new ProcessSighting(processes, folder.RepoPath);
        var launches = LaunchFolder.LoopsOf(folder).Select(id => LaunchSighting.Of(new LaunchFolder(folder, id), sighting, processes)).OfType<LaunchSighting>().ToList();
        var (evidence, active) = (after.Evidence, after.Readings.ActiveRun);
        if (!sighting.IsKnown
            || sighting.LeaderOf(evidence.LoopId, evidence.RecordedPid, evidence.RecordedGroup) is not null
            || launches.Exists(l => l.Lives && l.Launch.LoopId == evidence.LoopId))
        {
            return;
        }

        // What a killed leader left alive is found by this file alone: a call that is about something else must not take it away.
        if (evidence.ActiveRunIsOurs && RunMembers.OfRecorded(processes, active.Value, folder.RepoPath, time.GetUtcNow())?.Living() is { Count: > 0 })
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
