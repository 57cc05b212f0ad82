using System.Globalization;
using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Escalations;

/// <summary>What somebody is told about a run. Every deadline escalates and does nothing else.</summary>
public static class EscalationRules
{
    // A timer that fires a moment early must not miss its deadline and sleep for another interval.
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(2);

    /// <summary>The conditions that hold.</summary>
    /// <param name="before">The run as it was before the decision.</param>
    /// <param name="run">The run as decided.</param>
    /// <param name="logChanges">What happened to the log in this poll.</param>
    /// <param name="now">The time of the decision.</param>
    public static IReadOnlyList<EscalationCondition> Holding(LoopRun before, LoopRun run, ValueList<string> logChanges, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(logChanges);
        var conditions = new List<EscalationCondition>();
        AddDecision(conditions, run);
        if (run.Lifecycle.State.IsTerminal())
        {
            if (run.Lifecycle.Quiescence == Quiescence.NotProven)
            {
                conditions.Add(new("quiescence_not_proven", EscalationSeverity.Warning, "The run ended, but processes of it may still live; its sprite stays claimed."));
            }

            return conditions;
        }

        AddDeadlines(conditions, run, now);
        AddLog(conditions, run, logChanges);
        if (EngineReplacements.Holding(run, now) is { } repeated)
        {
            conditions.Add(repeated);
        }

        if (run.Evidence is { Foreign: { } foreign, End: null })
        {
            conditions.Add(new("foreign_run", EscalationSeverity.Warning, $"Somebody else launched the loop at line {foreign.Line} of its log while this run had no end."));
        }

        // One look may fall between two writes of the runtime; what is still there at a later decision is a contradiction.
        if (now > before.DecidedAt && run.Divergence.Any(code => before.Divergence.Contains(code)))
        {
            conditions.Add(new(HealthCodes.Divergence, EscalationSeverity.Warning, $"What the runtime says contradicts itself: {string.Join(", ", run.Divergence)}."));
        }
        else if (run.Divergence.Count > 0 && run.Escalations.Any(static open => open.Code == HealthCodes.Divergence))
        {
            conditions.Add(new(HealthCodes.Divergence, EscalationSeverity.Warning, "What the runtime says still contradicts itself."));
        }

        conditions.AddRange(run.Health.Reasons
            .Where(static reason => reason.Code != HealthCodes.Divergence)
            .Select(static reason => new EscalationCondition(
                reason.Code,
                reason.Severity == HealthVerdict.Critical ? EscalationSeverity.Critical : EscalationSeverity.Warning,
                reason.Detail)));
        return conditions;
    }

    private static void AddDecision(List<EscalationCondition> conditions, LoopRun run)
    {
        // No intent of this manager explains a decision that log or file bring. One that only the file holds was not even logged.
        if (run.Evidence.Approval?.Decision is not null || run.Lifecycle.State == LifecycleState.AwaitingRelaunch)
        {
            conditions.Add(new(
                "unattributed_decision",
                EscalationSeverity.Warning,
                $"The candidate was {run.Evidence.Approval?.Decision ?? run.Lifecycle.Reason} by {run.Evidence.Approval?.DecidedBy ?? "an unnamed person"}, not through this manager."));
        }
    }

    private static void AddDeadlines(List<EscalationCondition> conditions, LoopRun run, DateTimeOffset now)
    {
        var age = now - run.Lifecycle.Since + Early;
        switch (run.Lifecycle.State)
        {
            case LifecycleState.Pending or LifecycleState.Starting when age >= run.Policy.StartDeadline:
                conditions.Add(new("start_deadline_exceeded", EscalationSeverity.Warning, $"No runtime process has begun within {Span(run.Policy.StartDeadline)}."));
                break;
            case LifecycleState.AwaitingRelaunch when age >= run.Policy.StartDeadline:
                conditions.Add(new("relaunch_deadline_exceeded", EscalationSeverity.Warning, $"A decision was taken and the runtime was not launched again within {Span(run.Policy.StartDeadline)}."));
                break;
            case LifecycleState.AwaitingApproval when age >= run.Policy.ApprovalReminder:
                conditions.Add(new("approval_reminder", EscalationSeverity.Warning, $"A candidate has been waiting for a decision for {Span(run.Policy.ApprovalReminder)}."));
                break;
            default:
                break;
        }
    }

    private static void AddLog(List<EscalationCondition> conditions, LoopRun run, ValueList<string> logChanges)
    {
        foreach (var change in logChanges.Distinct(StringComparer.Ordinal))
        {
            conditions.Add(change == "log_truncated"
                ? new(change, EscalationSeverity.Info, "The event log became shorter; what is left matches what was read, and reading goes on after it.")
                : new(change, EscalationSeverity.Warning, "The event log is another one than before; it is read from its start."));
        }

        if (run.Evidence.Quarantined > 0)
        {
            conditions.Add(new("line_quarantined", EscalationSeverity.Info, "The event log holds lines that cannot be read; they are kept and skipped."));
        }
    }

    private static string Span(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);
}
