using OpsManager.Core.Lifecycle;

namespace OpsFunctions.Api;

/// <summary>Events after a cursor.</summary>
public sealed record EventList
{
    /// <summary>The events, in order.</summary>
    public required IReadOnlyList<EventResource> Value { get; init; }

    /// <summary>Where to go on: pass it as <c>after</c>.</summary>
    public required string Cursor { get; init; }

    /// <summary>Address of the next page; absent when there is no event beyond this one yet.</summary>
    public string? NextLink { get; init; }

    /// <summary>Lifecycle state of the run when the events were read.</summary>
    public required LifecycleState State { get; init; }

    /// <summary>Whether the run has ended and every event of it has been read.</summary>
    public required bool Ended { get; init; }
}
