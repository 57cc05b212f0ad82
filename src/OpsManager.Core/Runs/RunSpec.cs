using OpsManager.Core.Primitives;

namespace OpsManager.Core.Runs;

/// <summary>What was asked for when a Loop Run was created. Never changes.</summary>
public sealed record RunSpec
{
    /// <summary>The run's id.</summary>
    public required RunId RunId { get; init; }

    /// <summary>How it comes by its process.</summary>
    public required LaunchKind Launch { get; init; }

    /// <summary>The loop.</summary>
    public required LoopId LoopId { get; init; }

    /// <summary>The sprite it runs in.</summary>
    public required SpriteRef Sprite { get; init; }

    /// <summary>Repository path the envelopes must name; null accepts any.</summary>
    public string? RepoPath { get; init; }

    /// <summary>A grouping of the caller's, for filters.</summary>
    public string? Workspace { get; init; }

    /// <summary>The caller's labels, ordered by key.</summary>
    public ValueList<RunLabel> Labels { get; init; } = [];

    /// <summary>Name of the set of thresholds.</summary>
    public string Profile { get; init; } = "balanced";

    /// <summary>The ended run this one repeats.</summary>
    public RunId? RetryOf { get; init; }

    /// <summary>Whether the runtime is launched again once a decision was taken.</summary>
    public bool RelaunchOnDecision { get; init; } = true;

    /// <summary>When the run was accepted, on the manager's clock.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who asked for it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>W3C trace context of the request.</summary>
    public string? TraceParent { get; init; }
}
