using OpsManager.Core.Escalations;
using OpsManager.Core.Intents;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Attention;

/// <summary>What an operator has to know of a run first: what is wrong, since when, on which evidence, and what to do.</summary>
/// <param name="Severity">How urgent it is; info if nothing is wrong.</param>
/// <param name="Code">Reason code, or the state.</param>
/// <param name="Since">Since when, on the manager's clock.</param>
/// <param name="Line">What is wrong, since when and on which evidence, in one line.</param>
/// <param name="Next">What to do next, in one line.</param>
public sealed record OperatorAttention(EscalationSeverity Severity, string Code, DateTimeOffset Since, string Line, string Next)
{
    /// <summary>What may help and can be asked of the run now.</summary>
    public ValueList<IntentVerb> Actions { get; init; } = [];
}
