using System.Text.Json.Serialization;
using OpsManager.Core.Escalations;
using OpsManager.Core.Intents;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Reasons;

/// <summary>A reason code: what it means and what to do. The codes are public and stored; the words may get better.</summary>
/// <param name="Code">The code.</param>
/// <param name="Category">What it is about.</param>
/// <param name="Severity">How urgent it is unless the case itself says otherwise.</param>
/// <param name="Meaning">What it means, as a sentence.</param>
/// <param name="Next">What to do next, as a sentence.</param>
public sealed record ReasonCode(string Code, ReasonCategory Category, EscalationSeverity Severity, string Meaning, string Next)
{
    /// <summary>What may help and can be asked of the run, as far as its state allows it.</summary>
    [JsonIgnore]
    public ValueList<IntentVerb> Verbs { get; init; } = [];
}
