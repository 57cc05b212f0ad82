namespace OpsManager.Core.Escalations;

/// <summary>Something that somebody is to be told as long as it holds.</summary>
/// <param name="Code">Reason code; one escalation per code is open at a time.</param>
/// <param name="Severity">How urgent it is.</param>
/// <param name="Detail">What happened, in words.</param>
public sealed record EscalationCondition(string Code, EscalationSeverity Severity, string Detail);
