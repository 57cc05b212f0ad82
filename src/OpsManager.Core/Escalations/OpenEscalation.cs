namespace OpsManager.Core.Escalations;

/// <summary>An escalation that has not been resolved.</summary>
/// <param name="Number">Its number within the run.</param>
/// <param name="Code">Its reason code; one escalation per code is open at a time.</param>
/// <param name="Severity">How urgent it is.</param>
/// <param name="Since">When it was raised, on the manager's clock.</param>
public sealed record OpenEscalation(long Number, string Code, EscalationSeverity Severity, DateTimeOffset Since)
{
    /// <summary>How often it was raised: one that comes back soon after its resolution is the same one again.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Who takes care of it; null if nobody said so. It holds for as long as it is the same escalation.</summary>
    public Acknowledgement? Acknowledgement { get; init; }
}
