using System.Globalization;
using OpsManager.Core.Divergence;
using OpsManager.Core.Escalations;
using OpsManager.Core.Health;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Policies;

/// <summary>The policies of a run and which of them are broken. Pure.</summary>
public static class PolicyRules
{
    // A timer that fires a moment early must not miss its deadline and sleep for another interval.
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(2);

    /// <summary>The policies, each with its own judgement.</summary>
    public static IReadOnlyList<PolicyRule> All { get; } =
    [
        new(PolicyNames.StartDeadline, "no runtime process begins within startDeadline of the acceptance, or of a decision that is to be taken up", JudgeStart),
        new(PolicyNames.MaxActiveDuration, "the run was at work for maxActiveDuration in all", JudgeActive),
        new(PolicyNames.ApprovalReminder, "a candidate waits for a decision for approvalReminder; told, and nothing else", JudgeReminder),
        new(PolicyNames.ApprovalDeadline, "a candidate waits for a decision for approvalDeadline", JudgeApproval),
        new(PolicyNames.Stall, "nothing is heard of the work for stallCritical, or for as long as the role in flight may take", JudgeStall),
        new(PolicyNames.Stuck, "stuckCritical iterations in a row changed nothing", JudgeStuck),
        new(PolicyNames.PauseUnfinished, "the leader is stopped, no intent that has a time of its own is open, and what it started has not ended within stallCritical, or within what the role in flight may take; told, and nothing else", JudgePause),
    ];

    /// <summary>The policies that are broken. A deadline counts as due from 2 s before. An ended run breaks none.</summary>
    /// <param name="run">The run as decided, with its health.</param>
    /// <param name="now">The time of the decision.</param>
    public static IReadOnlyList<PolicyBreach> Due(LoopRun run, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Lifecycle.State.IsTerminal() ? [] : [.. All.Select(rule => rule.Judge(run, now)).OfType<PolicyBreach>()];
    }

    /// <summary>
    /// The broken policies that ask for more than an escalation. None while automatic control is frozen: what contradicts itself is
    /// no ground to end a run on.
    /// </summary>
    /// <param name="run">The run as decided, with its health.</param>
    /// <param name="now">The time of the decision.</param>
    public static IReadOnlyList<PolicyBreach> ToActOn(LoopRun run, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.IsFrozen() ? [] : [.. Due(run, now).Where(static breach => breach.Action != PolicyAction.Escalate)];
    }

    private static PolicyBreach? JudgeStart(LoopRun run, DateTimeOffset now)
    {
        var limit = run.Policy.StartDeadline;
        switch (run.Lifecycle.State)
        {
            // A person holds the launch back.
            case LifecycleState.Pending or LifecycleState.AwaitingRelaunch when run.Hold is not null:
                return null;
            case LifecycleState.Pending or LifecycleState.Starting:
                var from = NotHeldSince(run, run.Evidence.Attempts.Count == 0 ? run.Spec.CreatedAt : run.Lifecycle.Since);
                return Deadline(PolicyNames.StartDeadline, run.Policy.Actions.StartDeadline, PolicyCodes.StartDeadline, EscalationSeverity.Warning, $"No runtime process has begun within {Span(limit)}.", from + limit, now);
            case LifecycleState.AwaitingRelaunch:
                // What was decided is not undone because nobody came to take it up.
                return Deadline(PolicyNames.StartDeadline, PolicyAction.Escalate, PolicyCodes.RelaunchDeadline, EscalationSeverity.Warning, $"A decision was taken and the runtime was not launched again within {Span(limit)}.", NotHeldSince(run, run.Lifecycle.Since) + limit, now);
            default:
                return null;
        }
    }

    // Whoever lifts a hold gives the launch the time that it would have had without one.
    private static DateTimeOffset NotHeldSince(LoopRun run, DateTimeOffset since) => run.HoldEndedAt > since ? run.HoldEndedAt.Value : since;

    private static PolicyBreach? JudgeActive(LoopRun run, DateTimeOffset now) =>
        run.Policy.MaxActiveDuration is { } limit && run.Lifecycle.State is not LifecycleState.Cancelling
            ? Deadline(
                PolicyNames.MaxActiveDuration,
                run.Policy.Actions.MaxActiveDuration,
                PolicyCodes.MaxActiveDuration,
                EscalationSeverity.Critical,
                $"The run was at work for {Span(limit)} in all.",
                run.Active.DueAt(limit, now),
                now)
            : null;

    private static PolicyBreach? JudgeReminder(LoopRun run, DateTimeOffset now) =>
        run.Lifecycle.State == LifecycleState.AwaitingApproval
            ? Deadline(
                PolicyNames.ApprovalReminder,
                PolicyAction.Escalate,
                PolicyCodes.ApprovalReminder,
                EscalationSeverity.Warning,
                $"A candidate has been waiting for a decision for {Span(run.Policy.ApprovalReminder)}.",
                run.Lifecycle.Since + run.Policy.ApprovalReminder,
                now)
            : null;

    private static PolicyBreach? JudgeApproval(LoopRun run, DateTimeOffset now) =>
        run is { Lifecycle.State: LifecycleState.AwaitingApproval, Policy.ApprovalDeadline: { } limit }
            ? Deadline(
                PolicyNames.ApprovalDeadline,
                run.Policy.Actions.ApprovalDeadline,
                PolicyCodes.ApprovalDeadline,
                EscalationSeverity.Critical,
                $"A candidate was not decided on within {Span(limit)}.",
                run.Lifecycle.Since + limit,
                now)
            : null;

    private static PolicyBreach? JudgeStall(LoopRun run, DateTimeOffset now) =>
        OfHealth(run, HealthCodes.IngestStale, PolicyNames.Stall, run.Policy.Actions.Stall);

    private static PolicyBreach? JudgeStuck(LoopRun run, DateTimeOffset now) =>
        OfHealth(run, HealthCodes.Circling, PolicyNames.Stuck, run.Policy.Actions.Stuck);

    // A pause that is under way has its own deadline, unless nothing names the time of the role in flight; this is what nobody is
    // responsible for any more.
    private static PolicyBreach? JudgePause(LoopRun run, DateTimeOffset now)
    {
        if (run.Lifecycle.State != LifecycleState.Pausing || run.Intents.Any(static open => open is not { Verb: IntentVerb.Pause, Status: IntentStatus.Delivered, Deadline: null }))
        {
            return null;
        }

        var limit = HealthAssessor.RoleLimit(run) is { } role && role > run.Policy.StallCritical ? role : run.Policy.StallCritical;
        return Deadline(PolicyNames.PauseUnfinished, PolicyAction.Escalate, PolicyCodes.PauseUnfinished, EscalationSeverity.Warning, $"The leader is stopped, and what it had started has not ended within {Span(limit)}.", run.Lifecycle.Since + limit, now);
    }

    // Health has judged it already, with everything that explains a silence; here it becomes something to act on.
    private static PolicyBreach? OfHealth(LoopRun run, string code, string policy, PolicyAction action) =>
        run.Lifecycle.State == LifecycleState.Running
        && run.Health.Reasons.FirstOrDefault(reason => reason.Code == code && reason.Severity == HealthVerdict.Critical) is { } reason
            ? new PolicyBreach(policy, action, code, EscalationSeverity.Critical, reason.Detail, reason.Since)
            : null;

    private static PolicyBreach? Deadline(
        string policy, PolicyAction action, string code, EscalationSeverity severity, string detail, DateTimeOffset? due, DateTimeOffset now) =>
        due is { } at && now >= at - Early ? new PolicyBreach(policy, action, code, severity, detail, at) : null;

    private static string Span(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);
}
