namespace OpsManager.Core.Observations;

/// <summary>What an adapter remembers of control, for intents whose answer was lost.</summary>
/// <param name="TombstoneRunId">The run that was cancelled and is barred from starting; null when none is.</param>
/// <param name="TombstoneIntentId">The intent that cancelled it.</param>
/// <param name="DecisionIntentId">The intent of the last decision the adapter recorded.</param>
/// <param name="DecisionStatus">That decision: <c>approved</c> or <c>rejected</c>.</param>
public sealed record ControlFactsSeen(string? TombstoneRunId, string? TombstoneIntentId, string? DecisionIntentId, string? DecisionStatus);
