using OpsManager.Core.Decisions;
using OpsManager.Core.Health;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Escalations;

/// <summary>What somebody is told about a run: broken policies, health, contradictions, and what happened to the log.</summary>
public static class EscalationRules
{
    /// <summary>The conditions that hold.</summary>
    /// <param name="before">The run as it was before the decision.</param>
    /// <param name="run">The run as decided.</param>
    /// <param name="input">What the decision was taken on.</param>
    /// <param name="now">The time of the decision.</param>
    public static IReadOnlyList<EscalationCondition> Holding(LoopRun before, LoopRun run, DecisionInput input, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(input);
        var conditions = new List<EscalationCondition>();
        AddDecision(conditions, run);
        if (run.Lifecycle.State.IsTerminal())
        {
            if (run.Lifecycle.Quiescence == Quiescence.NotProven)
            {
                conditions.Add(new("quiescence_not_proven", EscalationSeverity.Warning, "The run ended, but processes of it may still live; its sprite stays claimed."));

                // Whatever else was asked of it found its end with the run.
                AddUnsettled(conditions, run.Unsettled.Where(static intent => intent.Verb == IntentVerb.ForceCancel));
            }

            return conditions;
        }

        AddIntents(conditions, run);
        conditions.AddRange(PolicyRules.Due(run, now).Select(static breach => new EscalationCondition(breach.Code, breach.Severity, breach.Detail)));
        AddLog(conditions, run, input is DecisionInput.Observed { Observation.LogChanges: var logChanges } ? logChanges : []);
        if (EngineReplacements.Holding(run, now) is { } repeated)
        {
            conditions.Add(repeated);
        }

        // Requests are taken at once, by whoever they reach; what the engine itself decides shows that it is at work again.
        if (input is DecisionInput.IntentRequested && run.Escalations.Any(static open => open.Code == EngineSuspension.Code))
        {
            conditions.Add(EngineSuspension.Condition);
        }

        if (run.PendingRecovery is { } recovery)
        {
            conditions.Add(new("recovery_pending", EscalationSeverity.Warning, $"A repair that the runtime proposed waits for a person: {recovery}"));
        }

        if (run.Evidence is { Foreign: { } foreign, End: null })
        {
            conditions.Add(new("foreign_run", EscalationSeverity.Warning, $"Somebody else launched the loop at line {foreign.Line} of its log while this run had no end."));
        }

        // One look may fall between two writes of the runtime; what is still there at a later look is a contradiction. What is decided
        // without a look knows only what the last look saw.
        if (input is DecisionInput.Observed && now > before.DecidedAt && run.Divergence.Any(code => before.Divergence.Contains(code)))
        {
            conditions.Add(new(HealthCodes.Divergence, EscalationSeverity.Warning, $"What the runtime says contradicts itself: {string.Join(", ", run.Divergence)}. Automatic control is frozen. {run.Freeze?.Replay}".TrimEnd()));
        }
        else if (run.Divergence.Count > 0 && run.Escalations.Any(static open => open.Code == HealthCodes.Divergence))
        {
            conditions.Add(new(HealthCodes.Divergence, EscalationSeverity.Warning, "What the runtime says still contradicts itself."));
        }

        conditions.AddRange(run.Health.Reasons
            .Where(reason => reason.Code != HealthCodes.Divergence && conditions.TrueForAll(held => held.Code != reason.Code))
            .Select(static reason => new EscalationCondition(
                reason.Code,
                reason.Severity == HealthVerdict.Critical ? EscalationSeverity.Critical : EscalationSeverity.Warning,
                reason.Detail)));
        return conditions;
    }

    private static void AddDecision(List<EscalationCondition> conditions, LoopRun run)
    {
        if (DecisionReading.IsUnattributed(run))
        {
            conditions.Add(new(
                "unattributed_decision",
                EscalationSeverity.Warning,
                $"The candidate was {run.Evidence.Approval?.Decision ?? run.Lifecycle.Reason} by {run.Evidence.Approval?.DecidedBy ?? "an unnamed person"}, not through this manager."));
        }
    }

    private static void AddIntents(List<EscalationCondition> conditions, LoopRun run)
    {
        foreach (var acting in run.Intents.Where(static open => open.By.StartsWith("policy:", StringComparison.Ordinal)).Take(1))
        {
            conditions.Add(new("policy_acted", EscalationSeverity.Warning, $"{acting.By} asks for {acting.Verb.Word()}: {acting.Note}"));
        }

        AddUnsettled(conditions, run.Unsettled);
    }

    private static void AddUnsettled(List<EscalationCondition> conditions, IEnumerable<UnsettledIntent> intents)
    {
        foreach (var unsettled in intents.GroupBy(static intent => intent.Status).OrderBy(static group => group.Key))
        {
            var severity = unsettled.Any(static intent => intent.Verb.Ends()) ? EscalationSeverity.Critical : EscalationSeverity.Warning;
            var code = unsettled.Key switch
            {
                IntentStatus.Ambiguous => "control_ambiguous",
                IntentStatus.Failed => "control_failed",
                IntentStatus.Expired => "control_expired",
                _ => "control_refused",
            };
            var detail = string.Join("; ", unsettled.Select(static intent => $"{intent.Verb.Word()} {intent.Id} by {intent.By}: {intent.Code ?? "no reason known"}"));
            conditions.Add(new(code, severity, $"Asked for and not seen to happen: {detail}."));
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
}
