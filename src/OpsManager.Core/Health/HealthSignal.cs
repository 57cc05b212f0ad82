namespace OpsManager.Core.Health;

/// <summary>One signal of health.</summary>
/// <param name="Status"><c>yes</c>, <c>no</c> or <c>unknown</c>.</param>
/// <param name="Since">Since when, on the manager's clock.</param>
/// <param name="Evidence">What it rests on, in words.</param>
public sealed record HealthSignal(string Status, DateTimeOffset? Since, string? Evidence)
{
    /// <summary>Nothing is known yet.</summary>
    public static HealthSignal Unknown { get; } = new("unknown", null, null);
}
