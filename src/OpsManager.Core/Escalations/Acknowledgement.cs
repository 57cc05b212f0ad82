namespace OpsManager.Core.Escalations;

/// <summary>Somebody has seen an escalation and takes care of it.</summary>
/// <param name="At">When, on the manager's clock.</param>
/// <param name="By">Who, as they named themselves.</param>
/// <param name="Note">What they had to say, at most 4096 bytes; null if nothing.</param>
public sealed record Acknowledgement(DateTimeOffset At, string By, string? Note);
