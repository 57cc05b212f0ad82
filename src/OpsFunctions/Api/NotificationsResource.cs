namespace OpsFunctions.Api;

/// <summary>How people are told of escalations.</summary>
public sealed record NotificationsResource
{
    /// <summary>Whether there are sinks at all. Without any, escalations are recorded and shown, and nobody is told.</summary>
    public required bool Configured { get; init; }

    /// <summary>The sinks, in the order of the configuration.</summary>
    public required IReadOnlyList<SinkResource> Sinks { get; init; }

    /// <summary>Decisions whose escalations have not been looked at yet.</summary>
    public required int PendingMarkers { get; init; }

    /// <summary>Open escalations about which nothing is said for now: silenced, or held back while the manager suspects itself.</summary>
    public required int Held { get; init; }

    /// <summary>Silences in force.</summary>
    public required int ActiveSilences { get; init; }
}
