using OpsManager.Core.Decisions;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Escalations;

/// <summary>Raises what holds and is not open, resolves what is open and no longer holds.</summary>
internal static class EscalationLedger
{
    /// <summary>How long after its resolution an escalation goes on instead of another one beginning.</summary>
    public static readonly TimeSpan RejoinWithin = TimeSpan.FromMinutes(15);

    // One per code in practice; bounds the head whatever an adapter makes up.
    private const int RememberedAtMost = 16;

    public static (LoopRun Run, IReadOnlyList<Effect> Effects) Settle(LoopRun run, IReadOnlyList<EscalationCondition> conditions, DateTimeOffset now)
    {
        var effects = new List<Effect>();
        var open = new List<OpenEscalation>();
        var recent = run.RecentEscalations.Where(earlier => now - earlier.ResolvedAt <= RejoinWithin).ToList();
        foreach (var known in run.Escalations)
        {
            // One that became more urgent is told anew; one that became less urgent stays as it was told.
            if (conditions.FirstOrDefault(condition => condition.Code == known.Code) is { } held && held.Severity <= known.Severity)
            {
                open.Add(known);
            }
            else
            {
                effects.Add(new Effect.ResolveEscalation(known.Number, known.Code) { Count = known.Count });
                recent.Add(new ResolvedEscalation(known.Number, known.Code, known.Severity, known.Since, known.Count, now) { Acknowledgement = known.Acknowledgement });
            }
        }

        var count = run.EscalationCount;
        foreach (var condition in conditions)
        {
            if (open.Exists(known => known.Code == condition.Code))
            {
                continue;
            }

            // What flaps is one escalation with a count, not a row for each time.
            if (recent.FindLast(earlier => earlier.Code == condition.Code && earlier.Severity == condition.Severity) is { } again)
            {
                recent.Remove(again);
                open.Add(new OpenEscalation(again.Number, again.Code, again.Severity, again.Since) { Count = again.Count + 1, Acknowledgement = again.Acknowledgement });
                effects.Add(new Effect.ReopenEscalation(again.Number, again.Code, again.Count + 1, condition.Detail));
                continue;
            }

            count++;
            open.Add(new OpenEscalation(count, condition.Code, condition.Severity, now));
            effects.Add(new Effect.RaiseEscalation(count, condition.Code, condition.Severity, condition.Detail));
        }

        return effects.Count == 0
            ? (run, effects)
            : (run with
            {
                Escalations = open.ToValueList(),
                RecentEscalations = recent.TakeLast(RememberedAtMost).ToValueList(),
                EscalationCount = count,
            }, effects);
    }
}
