namespace OpsManager.Core.Observations;

/// <summary>approval.json.</summary>
/// <param name="Status"><c>pending</c>, <c>approved</c> or <c>rejected</c>.</param>
/// <param name="RuntimeRunId">The runtime run that asks.</param>
/// <param name="Iteration">Its iteration.</param>
/// <param name="RequestedAt">When it asked, on the sprite's clock.</param>
/// <param name="DecidedBy">Who decided.</param>
/// <param name="Note">The decider's note.</param>
public sealed record ApprovalFileFacts(string Status, string? RuntimeRunId, long? Iteration, DateTimeOffset? RequestedAt, string? DecidedBy, string? Note);
