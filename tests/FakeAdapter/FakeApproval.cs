namespace OpsManager.FakeAdapter;

/// <summary>A candidate, as approval.json holds it.</summary>
public sealed record FakeApproval(string Status, string RuntimeRunId, long Iteration, string RequestedAt, string? By, string? Note, string? DecidedAt);
