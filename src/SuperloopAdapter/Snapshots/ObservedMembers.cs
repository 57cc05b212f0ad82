using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Snapshots;

/// <summary>Whose processes an observation of a loop is about: the same for what a snapshot counts and for what a call that names no run touches.</summary>
internal static class ObservedMembers
{
    /// <summary>Null when there is nothing by which they could be known.</summary>
    public static RunMembers? Of(LoopObservation observation, IProcessTable processes, DateTimeOffset now) => observation switch
    {
        { Launch: { } launch } => RunMembers.OfLaunches(processes, [(launch.Launch, launch.Leader)], observation.Leader),
        { Leader: { } leader } => RunMembers.OfLeader(processes, leader),

        // The leader was killed and could not clean up.
        { Evidence.ActiveRunIsOurs: true } => RunMembers.OfRecorded(processes, observation.Readings.ActiveRun.Value, observation.Sighting.RepoPath, now),
        _ => null,
    };
}
