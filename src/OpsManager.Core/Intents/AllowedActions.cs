using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Intents;

/// <summary>What may be asked of a run, in every state.</summary>
public static class AllowedActions
{
    /// <summary>Every verb, each with whether it is possible now or why not.</summary>
    public static ValueList<AllowedAction> For(LoopRun run, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Enum.GetValues<IntentVerb>().Select(verb => IntentRules.Allow(run, verb, now)).ToValueList();
    }
}
