using System.Text.Json.Serialization;
using OpsManager.Core.Escalations;
using OpsManager.Core.Intents;

namespace OpsManager.Core.Decisions;

/// <summary>Something a decision wants done. A closed set.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RaiseEscalation), "raise_escalation")]
[JsonDerivedType(typeof(ResolveEscalation), "resolve_escalation")]
[JsonDerivedType(typeof(StartRuntime), "start_runtime")]
[JsonDerivedType(typeof(DeliverIntent), "deliver_intent")]
public abstract record Effect
{
    private Effect()
    {
    }

    /// <summary>Tell somebody.</summary>
    public sealed record RaiseEscalation(long Number, string Code, EscalationSeverity Severity, string Detail) : Effect;

    /// <summary>Say that it is over.</summary>
    public sealed record ResolveEscalation(long Number, string Code) : Effect;

    /// <summary>Launch a runtime process.</summary>
    public sealed record StartRuntime(int Attempt) : Effect;

    /// <summary>Send an intent, which the run carries and which is stored as being sent. At most one in a decision.</summary>
    public sealed record DeliverIntent(IntentId Intent) : Effect;
}
