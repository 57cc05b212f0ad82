using OpsManager.Core.Escalations;
using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;

namespace OpsManager.Core.Runs;

/// <summary>Questions about a run.</summary>
public static class LoopRunExtensions
{
    /// <summary>
    /// Whether somebody must look at the run: a decision is awaited, something urgent is open, or it ended and may have left
    /// processes behind. An end as such is no call for attention, nor is what somebody acknowledged.
    /// </summary>
    public static bool NeedsAttention(this LoopRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (run.Lifecycle.State.IsTerminal())
        {
            return run.Lifecycle.Quiescence != Quiescence.Proven;
        }

        return run.Lifecycle.State.AwaitsPerson()
            || (run.Health.Verdict == HealthVerdict.Critical && !IsTakenCareOf(run))
            || run.Escalations.Any(static open => open.Severity >= EscalationSeverity.Warning && open.Acknowledgement is null);
    }

    /// <summary>What the run waits for, as a code; null while it works or has ended.</summary>
    public static string? WaitingFor(this LoopRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Lifecycle.State switch
        {
            _ when run.SuspectedEnd is not null && !run.Lifecycle.State.IsTerminal() => "end_confirmation",
            LifecycleState.Pending => run.Spec.Launch == LaunchKind.Start ? "start_answer" : "runtime_process",
            LifecycleState.Starting => "first_event",
            LifecycleState.AwaitingApproval => "approval_decision",
            LifecycleState.AwaitingRelaunch => "relaunch",
            LifecycleState.Pausing => "role_end",
            LifecycleState.Paused => "resume",
            LifecycleState.Resuming => "resume_confirmation",
            LifecycleState.Cancelling => "cancel_confirmation",
            _ => null,
        };
    }

    // Each reason is an escalation of the same code; a verdict without one is nobody's.
    private static bool IsTakenCareOf(LoopRun run)
    {
        var critical = run.Health.Reasons.Where(static reason => reason.Severity == HealthVerdict.Critical).ToArray();
        return critical.Length > 0
            && critical.All(reason => run.Escalations.Any(open => open.Code == reason.Code && open.Acknowledgement is not null));
    }
}
