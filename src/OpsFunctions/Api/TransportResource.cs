namespace OpsFunctions.Api;

/// <summary>How polling of the adapter goes.</summary>
public sealed record TransportResource
{
    /// <summary><c>unpolled</c>, <c>ok</c> or <c>failing</c>.</summary>
    public required string Status { get; init; }

    /// <summary>When a poll last began.</summary>
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>When a poll last succeeded.</summary>
    public DateTimeOffset? LastSuccessAt { get; init; }

    /// <summary>Why the last poll failed.</summary>
    public string? FailureCode { get; init; }

    /// <summary>What came back.</summary>
    public string? FailureDetail { get; init; }

    /// <summary>Failed polls in a row.</summary>
    public required int FailureStreak { get; init; }

    /// <summary>When the first of them failed.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>When the next poll is due; absent for an ended run.</summary>
    public DateTimeOffset? NextDueAt { get; init; }

    /// <summary>Epoch of the log that is read.</summary>
    public required int LogEpoch { get; init; }

    /// <summary>Lines of that epoch that are read.</summary>
    public required long LogLine { get; init; }

    /// <summary>Whether the line the run begins at is still searched for.</summary>
    public required bool SearchingBaseLine { get; init; }
}
