using System.Text.Json.Serialization;
using OpsManager.Core.Observations;

namespace OpsManager.Core.Decisions;

/// <summary>What a decision is taken on. A closed set.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Observed), "observed")]
[JsonDerivedType(typeof(PollFailed), "poll_failed")]
[JsonDerivedType(typeof(StartAnswered), "start_answered")]
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
}
