namespace OpsManager.Core.Lifecycle;

/// <summary>An end that was concluded once and is not yet confirmed by a second observation.</summary>
/// <param name="State">The end.</param>
/// <param name="Reason">Its reason code.</param>
/// <param name="Since">When it was first concluded, on the manager's clock.</param>
/// <param name="EventSequence">The last event it was concluded from; a newer event voids it.</param>
public sealed record SuspectedEnd(LifecycleState State, string? Reason, DateTimeOffset Since, long EventSequence);
