using OpsManager.Core.Evidence;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Observations;

/// <summary>What one successful poll showed. Computed from stored rows and the snapshot read with them; the same rows give the same observation.</summary>
public sealed record Observation
{
    /// <summary>When the manager received it, on its own clock.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>When the adapter wrote the snapshot, on the sprite's clock.</summary>
    public DateTimeOffset? SpriteTime { get; init; }

    /// <summary>The run's evidence with every stored event folded in.</summary>
    public required RunEvidence Evidence { get; init; }

    /// <summary>Whether the log was read to the end that the snapshot names.</summary>
    public required bool CaughtUp { get; init; }

    /// <summary>The runtime's own files and, where the adapter knows it, its process.</summary>
    public required RuntimeFacts Runtime { get; init; }

    /// <summary>Verbs the endpoint announces; null on a v1-only endpoint.</summary>
    public ValueList<string>? Capabilities { get; init; }

    /// <summary>What happened to the log: <c>log_truncated</c>, <c>log_replaced</c>.</summary>
    public ValueList<string> LogChanges { get; init; } = [];

    /// <summary>What became of a replay of the stored events that was made for this observation; null if none was.</summary>
    public EvidenceReplay? Replay { get; init; }
}
