namespace OpsManager.Core.Observations;

/// <summary>The last entry of run-summary.json.</summary>
/// <param name="RuntimeRunId">The runtime run it belongs to.</param>
/// <param name="Iteration">Its iteration.</param>
/// <param name="CompletionOk">Whether it says the loop is complete.</param>
public sealed record SummaryFacts(string? RuntimeRunId, long? Iteration, bool CompletionOk);
