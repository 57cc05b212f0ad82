using System.Text.Json.Serialization;
using OpsManager.Core.Decisions;
using OpsManager.Core.Runs;

namespace OpsFunctions.Activities.Polling;

/// <summary>What a cycle brought. Events and snapshots stay in their rows: this travels through the orchestration's history.</summary>
public sealed record PollOutcome
{
    /// <summary>What is to be done with it.</summary>
    [JsonPropertyName("kind")]
    public required PollOutcomeKind Kind { get; init; }

    /// <summary>The run as last decided; null unless there is something to decide.</summary>
    [JsonPropertyName("run")]
    public LoopRun? Run { get; init; }

    /// <summary>Revision the decision is to be taken on.</summary>
    [JsonPropertyName("revision")]
    public long Revision { get; init; }

    /// <summary>What to decide on.</summary>
    [JsonPropertyName("input")]
    public DecisionInput? Input { get; init; }

    /// <summary>An outcome without content.</summary>
    public static PollOutcome Of(PollOutcomeKind kind) => new() { Kind = kind };
}
