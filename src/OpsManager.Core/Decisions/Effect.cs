using System.Text.Json.Serialization;
using OpsManager.Core.Escalations;
using OpsManager.Core.Intents;

namespace OpsManager.Core.Decisions;

/// <summary>Something a decision wants done. A closed set.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(RaiseEscalation), "raise_escalation")]
[JsonDerivedType(typeof(ReopenEscalation), "reopen_escalation")]
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
    public sealed record ResolveEscalation(long Number, string Code) : Effect
    {
        /// <summary>How often it had been raised.</summary>
        public int Count { get; init; } = 1;
    }

    /// <summary>Say that what was over a short while ago is back.</summary>
    public sealed record ReopenEscalation(long Number, string Code, int Count, string Detail) : Effect;

    /// <summary>Launch a runtime process.</summary>
    public sealed record StartRuntime(int Attempt) : Effect;

    /// <summary>Send an intent, which the run carries and which is stored as being sent. At most one in a decision.</summary>
    public sealed record DeliverIntent(IntentId Intent) : Effect;
}
