namespace OpsManager.Core.Health;

/// <summary>One reason for a verdict that is not healthy.</summary>
/// <param name="Code">Stable code, such as <c>transport_unreachable</c>.</param>
/// <param name="Severity">What it alone makes of the verdict.</param>
/// <param name="Since">Since when, on the manager's clock.</param>
/// <param name="Detail">What was measured against which limit, in words. Does not change from poll to poll.</param>
public sealed record HealthReason(string Code, HealthVerdict Severity, DateTimeOffset Since, string Detail);
