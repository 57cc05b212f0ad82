namespace OpsManager.Storage.Runs;

/// <summary>An event that somebody raised at a run's engine to ask for something, and that nobody could read. It had no effect.</summary>
public sealed record RejectedEvent
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>When it was looked at, on the manager's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who raised it: <c>durable-api</c>, which asks nobody for a name.</summary>
    public required string By { get; init; }

    /// <summary>What is wrong with it, and what would be right.</summary>
    public required string Reason { get; init; }

    /// <summary>How it begins; null if it was empty.</summary>
    public string? Beginning { get; init; }
}
