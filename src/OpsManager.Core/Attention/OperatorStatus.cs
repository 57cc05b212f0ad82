using System.Globalization;
using System.Text.Json;
using OpsManager.Core.Divergence;
using OpsManager.Core.Escalations;
using OpsManager.Core.Health;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using OpsManager.Core.Primitives;
using OpsManager.Core.Reasons;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Attention;

/// <summary>The verdict that an operator can act on without opening a log. Pure.</summary>
public static class OperatorStatus
{
    private const int EvidenceLimit = 500;

    /// <summary>The most urgent thing to know about a run; of equally urgent ones the one that asks for a decision, then the oldest.</summary>
    /// <param name="run">The run as decided.</param>
    /// <param name="now">The time, on the manager's clock.</param>
    public static OperatorAttention Of(LoopRun run, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        var finding = (run.Lifecycle.State.IsTerminal() ? OfEnd(run) : OfLive(run, now))
            .OrderByDescending(static item => item.Severity)
            .ThenBy(static item => item.Rank)
            .ThenBy(static item => item.Since)
            .ThenBy(static item => item.Code, StringComparer.Ordinal)
            .First();
        var reason = ReasonCatalogue.Find(finding.Code);
        var line = $"{reason?.Meaning ?? finding.Code + "."} Since {Time(finding.Since)}.{(finding.Evidence is { Length: > 0 } evidence ? " " + LenientJson.Bounded(evidence, EvidenceLimit) : string.Empty)}{More(run, finding)}";
        var allowed = AllowedActions.For(run, now).Where(static action => action.Allowed).Select(static action => action.Action).ToHashSet();
        return new OperatorAttention(finding.Severity, finding.Code, finding.Since, line, reason?.Next ?? "Read the transitions and the diagnostics of the run.")
        {
            Actions = (reason?.Verbs ?? []).Where(allowed.Contains).ToValueList(),
        };
    }

    private static IEnumerable<Finding> OfEnd(LoopRun run)
    {
        var state = Word(run.Lifecycle.State);
        var code = run.Lifecycle.Reason is { } named && ReasonCatalogue.Find(named) is not null ? named : state;
        var evidence = $"The run is {state}{(run.Lifecycle.Reason is { } reason ? $" ({reason})" : string.Empty)}{EndEvidence(run)}.";
        yield return new Finding(ReasonCatalogue.Find(code)!.Severity, 1, code, run.Lifecycle.Since, evidence);
        if (run.Lifecycle.Quiescence != Quiescence.Proven)
        {
            yield return new Finding(EscalationSeverity.Warning, 0, "quiescence_not_proven", run.Lifecycle.Since, evidence);
        }

        foreach (var open in run.Escalations.Where(static open => open.Code != "quiescence_not_proven"))
        {
            yield return new Finding(open.Severity, 2, open.Code, open.Since, null);
        }
    }

    private static IEnumerable<Finding> OfLive(LoopRun run, DateTimeOffset now)
    {
        yield return OfState(run);
        foreach (var reason in run.Health.Reasons)
        {
            yield return new Finding(SeverityOf(reason.Severity), 1, reason.Code, reason.Since, reason.Detail);
        }

        // What is due is said at once, and not only when the next poll has decided on it.
        foreach (var breach in PolicyRules.Due(run, now))
        {
            yield return new Finding(breach.Severity, 0, breach.Code, breach.Since, breach.Detail);
        }

        foreach (var wait in run.Health.Waits)
        {
            yield return new Finding(EscalationSeverity.Info, 0, wait.Code, wait.Since, wait.Detail + (wait.Until is { } until ? $" Until {Time(until)} by the sprite's clock." : string.Empty));
        }

        foreach (var open in run.Escalations.Where(open => run.Health.Reasons.All(reason => reason.Code != open.Code)))
        {
            yield return new Finding(open.Severity, 2, open.Code, open.Since, EscalationEvidence(run, open.Code));
        }
    }

    private static Finding OfState(LoopRun run)
    {
        var state = run.SuspectedEnd is not null ? "end_confirmation" : Word(run.Lifecycle.State);
        var since = run.SuspectedEnd?.Since ?? run.Lifecycle.Since;
        var evidence = run switch
        {
            { SuspectedEnd: { } end } => $"It looks {Word(end.State)}{(end.Reason is { } reason ? $" ({reason})" : string.Empty)}.",
            { Lifecycle.State: LifecycleState.AwaitingApproval, Evidence.Approval: { } asked } => Text($"Iteration {asked.Iteration?.ToString(CultureInfo.InvariantCulture) ?? "unknown"} of runtime run {asked.RuntimeRunId ?? "unknown"}."),
            { Lifecycle.State: LifecycleState.AwaitingRelaunch, Evidence.Approval: { Decision: { } decision } taken } => $"It was {decision} by {taken.DecidedBy ?? "an unnamed person"}.",
            { Hold: { } hold } => $"Paused by {hold.By}.",
            { Lifecycle.State: LifecycleState.Running, Evidence.Role: { } role } => Text($"Iteration {run.Evidence.Iteration}, role {role.Role} at work."),
            { Lifecycle.State: LifecycleState.Running } => Text($"Iteration {run.Evidence.Iteration}, last event {run.Evidence.LastEventName ?? "none"}."),
            { Seen.Observed: false, Lifecycle.State: LifecycleState.Pending } => "The adapter has not answered yet.",
            _ => null,
        };

        // A pause without a process to stop is a pause all the same.
        var code = run is { Hold: not null, SuspectedEnd: null, Lifecycle.State: LifecycleState.Pending or LifecycleState.AwaitingRelaunch } ? "paused" : state;
        return new Finding(ReasonCatalogue.Find(code)?.Severity ?? EscalationSeverity.Info, 1, code, code == state ? since : run.Hold!.Since, evidence);
    }

    private static string? EscalationEvidence(LoopRun run, string code) => code switch
    {
        HealthCodes.Divergence => $"Contradictions: {string.Join(", ", run.Divergence)}. {run.Freeze?.Replay}".TrimEnd(),
        "foreign_run" when run.Evidence.Foreign is { } foreign => Text($"Line {foreign.Line} of the log launches runtime run {foreign.RuntimeRunId ?? "unknown"}."),
        "unattributed_decision" when run.Evidence.Approval is { Decision: { } decision } taken => $"{decision} by {taken.DecidedBy ?? "an unnamed person"}.",
        "recovery_pending" => run.PendingRecovery,
        "line_quarantined" => Text($"{run.Evidence.Quarantined} lines so far."),
        _ => null,
    };

    private static string EndEvidence(LoopRun run) => (run.Evidence.End, run.Lifecycle.QuiescenceProof) switch
    {
        ({ } end, { } proof) => Text($", by event {end.Sequence}; nothing of it lives ({proof})"),
        ({ } end, null) => Text($", by event {end.Sequence}"),
        (null, { } proof) => $"; nothing of it lives ({proof})",
        _ => string.Empty,
    };

    private static string More(LoopRun run, Finding finding)
    {
        if (run.Lifecycle.State.IsTerminal())
        {
            return string.Empty;
        }

        // Control that is frozen is said whatever else is wrong: a policy that does not act is not to be waited for.
        return run.IsFrozen() && finding.Code != HealthCodes.Divergence ? " Automatic control is frozen." : string.Empty;
    }

    private static EscalationSeverity SeverityOf(HealthVerdict verdict) =>
        verdict == HealthVerdict.Critical ? EscalationSeverity.Critical : verdict == HealthVerdict.Degraded ? EscalationSeverity.Warning : EscalationSeverity.Info;

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Something to be known. The lower the rank, the sooner it is said among equally urgent things.</summary>
    private sealed record Finding(EscalationSeverity Severity, int Rank, string Code, DateTimeOffset Since, string? Evidence);
}
