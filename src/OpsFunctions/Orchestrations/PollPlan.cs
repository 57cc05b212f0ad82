using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;

namespace OpsFunctions.Orchestrations;

/// <summary>When the next poll is due.</summary>
public static class PollPlan
{
    /// <summary>Time until the next poll.</summary>
    /// <param name="run">The run as it stands.</param>
    /// <param name="failureStreak">Failed polls in a row.</param>
    public static TimeSpan Interval(LoopRun run, int failureStreak)
    {
        var poll = run.Policy.Poll;
        var interval = run switch
        {
            { SuspectedEnd: not null } => poll.Expecting,
            { Lifecycle.State: LifecycleState.AwaitingApproval or LifecycleState.Paused } => poll.Waiting,
            { Lifecycle.State: LifecycleState.Running or LifecycleState.AwaitingRelaunch } => poll.Running,
            _ => poll.Expecting,
        };

        // An adapter that does not answer is asked less and less often, but never less than one that waits for a person.
        for (var i = 1; i < failureStreak && interval < poll.Waiting; i++)
        {
            interval *= 2;
        }

        return interval < poll.Waiting ? interval : Max(interval, poll);
    }

    private static TimeSpan Max(TimeSpan interval, PollIntervals poll) => interval > poll.Waiting ? poll.Waiting : interval;
}
