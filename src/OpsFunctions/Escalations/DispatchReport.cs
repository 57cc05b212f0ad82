namespace OpsFunctions.Escalations;

/// <summary>What a pass of the dispatcher did.</summary>
public sealed record DispatchReport
{
    /// <summary>Messages that sinks took.</summary>
    public int Delivered { get; init; }

    /// <summary>Messages that are to be tried again.</summary>
    public int Failed { get; init; }

    /// <summary>Messages that a sink refused for good, or that were given up.</summary>
    public int Parked { get; init; }

    /// <summary>Alerts about which nothing is said for now.</summary>
    public int Held { get; init; }

    /// <summary>When there will be something to do that nobody announces; null if never.</summary>
    public DateTimeOffset? NextAt { get; init; }
}
