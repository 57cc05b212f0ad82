using OpsManager.Core.Decisions;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Escalations;

/// <summary>Raises what holds and is not open, resolves what is open and no longer holds.</summary>
internal static class EscalationLedger
{
    public static (LoopRun Run, IReadOnlyList<Effect> Effects) Settle(LoopRun run, IReadOnlyList<EscalationCondition> conditions, DateTimeOffset now)
    {
        var effects = new List<Effect>();
        var open = new List<OpenEscalation>();
        foreach (var known in run.Escalations)
        {
            // One that became more urgent is told anew; one that became less urgent stays as it was told.
            if (conditions.FirstOrDefault(condition => condition.Code == known.Code) is { } held && held.Severity <= known.Severity)
            {
                open.Add(known);
            }
            else
            {
                effects.Add(new Effect.ResolveEscalation(known.Number, known.Code));
            }
        }

        var count = run.EscalationCount;
        foreach (var condition in conditions)
        {
            if (open.Exists(known => known.Code == condition.Code))
            {
                continue;
            }

            count++;
            open.Add(new OpenEscalation(count, condition.Code, condition.Severity, now));
            effects.Add(new Effect.RaiseEscalation(count, condition.Code, condition.Severity, condition.Detail));
        }

        return effects.Count == 0
            ? (run, effects)
            : (run with { Escalations = open.ToValueList(), EscalationCount = count }, effects);
    }
}
