namespace OpsManager.Core.Escalations;

/// <summary>An escalation that was resolved a short while ago and goes on if its condition comes back.</summary>
/// <param name="Number">Its number within the run.</param>
/// <param name="Code">Its reason code.</param>
/// <param name="Severity">How urgent it was.</param>
/// <param name="Since">When it was raised first.</param>
/// <param name="Count">How often it was raised.</param>
/// <param name="ResolvedAt">When it was resolved.</param>
public sealed record ResolvedEscalation(long Number, string Code, EscalationSeverity Severity, DateTimeOffset Since, int Count, DateTimeOffset ResolvedAt)
{
    /// <summary>Who took care of it; whoever does is not told again when it comes back.</summary>
    public Acknowledgement? Acknowledgement { get; init; }
}
