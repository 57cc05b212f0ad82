using OpsManager.Core.Evidence;

namespace OpsFunctions.Api;

/// <summary>How far the work of a run is.</summary>
public sealed record ProgressResource
{
    /// <summary>Number of the current attempt; 0 before the first.</summary>
    public required int Attempt { get; init; }

    /// <summary>Iteration of the current attempt.</summary>
    public required long Iteration { get; init; }

    /// <summary>Iterations started in all attempts.</summary>
    public required long TotalIterations { get; init; }

    /// <summary>The role at work.</summary>
    public RoleInFlight? Role { get; init; }

    /// <summary>Name of the last event.</summary>
    public string? LastEventName { get; init; }

    /// <summary>When the last event was logged, on the sprite's clock.</summary>
    public DateTimeOffset? LastEventAt { get; init; }

    /// <summary>When the manager received it, on its own clock.</summary>
    public DateTimeOffset? LastReceivedAt { get; init; }

    /// <summary>Events stored.</summary>
    public required long Events { get; init; }

    /// <summary>Events that the last decision took into account.</summary>
    public required long DecidedEvents { get; init; }

    /// <summary>Lines that could not be read.</summary>
    public required long QuarantinedLines { get; init; }
}
