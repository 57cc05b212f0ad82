namespace OpsManager.Core.Observations;

/// <summary>state.json.</summary>
/// <param name="Active">Whether it says that a loop is active.</param>
/// <param name="LoopId">The loop it names.</param>
/// <param name="Iteration">The iteration it names.</param>
public sealed record StateFileFacts(bool Active, string? LoopId, long? Iteration);
