using System.Text.Json.Serialization;
using OpsManager.Core.Intents;
using OpsManager.Core.Observations;

namespace OpsManager.Core.Decisions;

/// <summary>What a decision is taken on. A closed set.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Observed), "observed")]
[JsonDerivedType(typeof(PollFailed), "poll_failed")]
[JsonDerivedType(typeof(StartAnswered), "start_answered")]
[JsonDerivedType(typeof(IntentRequested), "intent_requested")]
[JsonDerivedType(typeof(IntentAnswered), "intent_answered")]
public abstract record DecisionInput
{
    private DecisionInput()
    {
    }

    /// <summary>A poll showed the run.</summary>
    public sealed record Observed(Observation Observation) : DecisionInput;

    /// <summary>A poll failed.</summary>
    public sealed record PollFailed(PollFailure Failure) : DecisionInput;

    /// <summary>The adapter answered a start, or refused it.</summary>
    public sealed record StartAnswered(StartAnswer Answer) : DecisionInput;

    /// <summary>Somebody asks for something. What cannot be done becomes a refused intent.</summary>
    public sealed record IntentRequested(IntentRequest Request) : DecisionInput;

    /// <summary>An intent was sent, with this answer or none.</summary>
    public sealed record IntentAnswered(DeliveryAnswer Answer) : DecisionInput;
}
