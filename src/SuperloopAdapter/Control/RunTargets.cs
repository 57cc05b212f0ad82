using OpsManager.Contract;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Processes;
using SuperloopAdapter.Snapshots;

namespace SuperloopAdapter.Control;

/// <summary>
/// Finds the processes a call is about. A call for a run touches that run's launches only, or the one process it names by its
/// runtime run id; a call without one is about whatever is the loop's process now.
/// </summary>
internal sealed class RunTargets(SuperloopFolder folder, IProcessTable processes, TimeProvider time)
{
    public RunTarget Find(ControlRequest request, LoopObservation observation)
    {
        var own = new LaunchFolder(folder, request.LoopId);
        if (request.RunId is null)
        {
            // The leader's record is read now: a launch that was seen may have got it since.
            return observation.Launch is { Launch: var covering } ? OfLaunches([(covering, own.Leader(covering))], observation.Leader) : OfForeign(request, observation);
        }

        if (own.Launches(request.RunId) is { Count: > 0 } launches)
        {
            return OfLaunches([.. launches.Select(l => (l, own.Leader(l)))], null);
        }

        if (request.RuntimeRunId is { } named && observation.Launch is null)
        {
            var newest = observation.Readings.Log.Facts.Run?.Start;
            if (named == newest?.RunId)
            {
                return OfForeign(request, observation);
            }

            // The log was emptied or replaced. Which run it is that lives cannot be told, and so not that nothing of the named one does.
            if (ControlVerbs.Ends(request.Intent) && observation.Leader is { } leader && !RunMembers.IsSince(newest?.Timestamp, leader, processes, time.GetUtcNow()))
            {
                return new RunTarget(request.RunId, null, null, RunMembers.None(processes), Unidentified());
            }
        }

        return new RunTarget(request.RunId, null, null, RunMembers.None(processes));
    }

    private static ControlOutcome Unidentified() => new()
    {
        Done = false,
        Reason = "unidentified_run",
        Text = "A process of the loop lives, and the log does not say which run it is; the run will not be started again.",
        Looks = 1,
        Proof = new ControlProof { Tombstone = true },
    };

    private RunTarget OfLaunches(IReadOnlyList<(LaunchRecord Launch, ProcessEntry? Leader)> launches, ProcessEntry? current)
    {
        var (newest, last) = launches[^1];
        return new RunTarget(
            newest.RunId, newest, newest.IsOfBoot(processes.BootId) ? last : null, RunMembers.OfLaunches(processes, launches, current));
    }

    private RunTarget OfForeign(ControlRequest request, LoopObservation observation)
    {
        var members = ObservedMembers.Of(observation, processes, time.GetUtcNow()) ?? RunMembers.None(processes);
        if (observation.Leader is { } leader)
        {
            var loop = observation.Sighting.Leaders.FirstOrDefault(l => l.Process.Pid == leader.Pid)?.Loop;
            return new RunTarget(
                request.RunId,
                null,
                leader,
                members,
                loop == request.LoopId ? null : ControlOutcome.Refused("observe_only", "the process runs several loops, and what is done to it is done to all of them"));
        }

        return new RunTarget(
            request.RunId,
            null,
            null,
            members,
            members.Living() is { } living && !members.AreProven(living)
                ? ControlOutcome.Refused("unproven_members", "processes of the recorded group live that cannot be proven to be this run's")
                : null);
    }
}
