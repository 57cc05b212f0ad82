using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;

namespace OpsManager.Storage.Index;

/// <summary>Which runs a list shows; a null member does not restrict.</summary>
public sealed record RunFilter
{
    /// <summary>Lifecycle state.</summary>
    public LifecycleState? State { get; init; }

    /// <summary>Health verdict.</summary>
    public HealthVerdict? Health { get; init; }

    /// <summary>The caller's grouping.</summary>
    public string? Workspace { get; init; }

    /// <summary>Repository path.</summary>
    public string? Repo { get; init; }

    /// <summary>A label, <c>key</c> or <c>key=value</c>.</summary>
    public string? Label { get; init; }

    /// <summary>Whether somebody must look at it.</summary>
    public bool? NeedsAttention { get; init; }
}
