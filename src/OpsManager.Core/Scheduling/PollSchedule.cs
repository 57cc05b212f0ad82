using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Scheduling;

/// <summary>When the adapter is asked next.</summary>
public static class PollSchedule
{
    private const int MaxBackOff = 8;

    /// <summary>The time to wait before the next poll; null for an ended run, which is not polled.</summary>
    /// <param name="run">The run as decided.</param>
    /// <param name="failure">The failure of this poll; null if it succeeded.</param>
    /// <param name="caughtUp">Whether the log was read to its end.</param>
    public static TimeSpan? NextInterval(LoopRun run, PollFailure? failure, bool caughtUp)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run.Lifecycle.State.IsTerminal() && run.Intents.Count == 0)
        {
            return null;
        }

        var interval = Interval(run);
        if (failure is null)
        {
            return caughtUp ? interval : TimeSpan.Zero;
        }

        // Back off modestly: the adapter of a sprite that wakes up is to be found soon.
        var factor = failure.Streak switch { <= 1 => 1, 2 => 2, 3 => 4, _ => MaxBackOff };
        var limit = interval > run.Policy.Poll.Waiting ? interval : run.Policy.Poll.Waiting;
        return interval >= limit / factor ? limit : interval * factor;
    }

    private static TimeSpan Interval(LoopRun run)
    {
        var intervals = run.Policy.Poll;
        if (run.SuspectedEnd is not null || run.Freeze is { WantsReplay: true } || run.Intents.Any(static open => !AwaitsRole(open)))
        {
            return intervals.Expecting;
        }

        if (run.Intents.Count > 0)
        {
            return intervals.Running;
        }

        return run.Lifecycle.State switch
        {
            // What a person holds back does not begin before that person says so.
            LifecycleState.Pending or LifecycleState.AwaitingRelaunch when run.Hold is not null => intervals.Waiting,

            // What is overdue is not worth a poll every other second.
            LifecycleState.Pending or LifecycleState.Starting => IsOverdue(run) ? intervals.Running : intervals.Expecting,
            LifecycleState.AwaitingRelaunch => IsOverdue(run) ? intervals.Waiting : intervals.Running,
            LifecycleState.Pausing when IsOverdue(run) => intervals.Waiting,
            LifecycleState.Pausing or LifecycleState.Resuming or LifecycleState.Cancelling => intervals.Expecting,
            LifecycleState.AwaitingApproval or LifecycleState.Paused => intervals.Waiting,
            _ => intervals.Running,
        };
    }

    // The effect of a pause may take as long as the role in flight.
    private static bool AwaitsRole(Intent intent) => intent is { Verb: IntentVerb.Pause, Status: IntentStatus.Delivered };

    private static bool IsOverdue(LoopRun run) =>
        run.Escalations.Any(static open => open.Code is PolicyCodes.StartDeadline or PolicyCodes.RelaunchDeadline or PolicyCodes.PauseUnfinished);
}
