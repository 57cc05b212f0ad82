namespace OpsFunctions.Api;

/// <summary>How telling a sink goes.</summary>
public sealed record SinkResource
{
    /// <summary>Its name in the configuration.</summary>
    public required string Name { get; init; }

    /// <summary><c>webhook</c>, <c>slack</c> or <c>pagerduty</c>.</summary>
    public required string Type { get; init; }

    /// <summary><c>ok</c>, <c>failing</c>, or <c>unused</c> if it was told nothing yet.</summary>
    public required string Status { get; init; }

    /// <summary>Messages that wait for it.</summary>
    public required int Pending { get; init; }

    /// <summary>Open escalations that it refused for good, or that were given up.</summary>
    public required int Parked { get; init; }

    /// <summary>When it last took a message, to the minute.</summary>
    public DateTimeOffset? LastSuccessAt { get; init; }

    /// <summary>When it began to fail; absent while it works.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Code of the last failure; absent while it works.</summary>
    public string? LastErrorCode { get; init; }

    /// <summary>The last failure in words.</summary>
    public string? LastErrorDetail { get; init; }

    /// <summary>When it is tried again; absent while it works.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }
}
