using OpsManager.Core.Divergence;

namespace OpsFunctions.Api;

/// <summary>How far the manager may act by itself.</summary>
public sealed record ControlResource
{
    /// <summary>Since when automatic control is frozen, and why; absent while it is not. What people ask for stays possible.</summary>
    public ControlFreeze? Frozen { get; init; }
}
