using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Decisions;

/// <summary>The outcome of one decision.</summary>
/// <param name="Run">The run as it now stands.</param>
/// <param name="Transitions">The steps of its lifecycle, in order.</param>
/// <param name="Effects">What is to be done.</param>
/// <param name="Changed">Whether anything must be stored; a quiet poll changes nothing.</param>
public sealed record Decision(LoopRun Run, ValueList<Transition> Transitions, ValueList<Effect> Effects, bool Changed)
{
    /// <summary>The intents that are new or changed, as they now stand: open ones and those that found their end.</summary>
    public ValueList<Intent> Intents { get; init; } = [];
}
