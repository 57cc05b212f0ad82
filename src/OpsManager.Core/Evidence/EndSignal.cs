using OpsManager.Core.Lifecycle;

namespace OpsManager.Core.Evidence;

/// <summary>An event that says how an attempt ended.</summary>
/// <param name="State">The end it means.</param>
/// <param name="Reason">Reason code.</param>
/// <param name="Sequence">The event.</param>
public sealed record EndSignal(LifecycleState State, string? Reason, long Sequence);
