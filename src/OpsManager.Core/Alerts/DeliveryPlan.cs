namespace OpsManager.Core.Alerts;

/// <summary>What is to be done now.</summary>
public sealed record DeliveryPlan
{
    /// <summary>What sinks are to be told, the most urgent first.</summary>
    public required IReadOnlyList<PlannedMessage> Messages { get; init; }

    /// <summary>Keys of alerts that every sink knows the end of.</summary>
    public required IReadOnlyList<string> Settled { get; init; }

    /// <summary>Ids of groups that every sink knows the end of.</summary>
    public required IReadOnlyList<string> SettledGroups { get; init; }

    /// <summary>Keys of alerts about which nothing is said for now.</summary>
    public required IReadOnlyList<string> Held { get; init; }

    /// <summary>When there will be something to do that nobody announces; null if never.</summary>
    public DateTimeOffset? NextAt { get; init; }
}
