using OpsManager.Core.Attention;
using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsManager.Storage.Index;

/// <summary>A run in a list.</summary>
public sealed record RunListItem
{
    /// <summary>The run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>Revision of the head it was made from.</summary>
    public required long Revision { get; init; }

    /// <summary>Lifecycle state.</summary>
    public required LifecycleState State { get; init; }

    /// <summary>Reason code of the state.</summary>
    public string? Reason { get; init; }

    /// <summary>When the state was entered.</summary>
    public required DateTimeOffset StateSince { get; init; }

    /// <summary>Health verdict.</summary>
    public required HealthVerdict Health { get; init; }

    /// <summary>Whether somebody must look at it.</summary>
    public required bool NeedsAttention { get; init; }

    /// <summary>What an operator has to know of it first; null in a row of an earlier version.</summary>
    public OperatorAttention? Attention { get; init; }

    /// <summary>Whether it keeps its sprite: until an end with proof that nothing of it lives.</summary>
    public bool HoldsSprite { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The sprite.</summary>
    public required SpriteName Sprite { get; init; }

    /// <summary>The loop.</summary>
    public required LoopId LoopId { get; init; }

    /// <summary>The caller's grouping.</summary>
    public string? Workspace { get; init; }

    /// <summary>Repository path.</summary>
    public string? Repo { get; init; }

    /// <summary>Labels.</summary>
    public ValueList<RunLabel> Labels { get; init; } = [];

    /// <summary>Iterations started so far.</summary>
    public long TotalIterations { get; init; }

    /// <summary>Number of the last stored event.</summary>
    public long LastEventSequence { get; init; }
}
