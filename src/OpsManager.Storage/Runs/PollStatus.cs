namespace OpsManager.Storage.Runs;

/// <summary>How polling goes. Changes with every poll and is therefore no part of the revision.</summary>
public sealed record PollStatus
{
    /// <summary>The last cycle that was recorded; a repeated activity of the same cycle counts once.</summary>
    public long Cycle { get; init; }

    /// <summary>When a poll last began, on the manager's clock.</summary>
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>When a poll last succeeded, on the manager's clock.</summary>
    public DateTimeOffset? LastSuccessAt { get; init; }

    /// <summary>Why the last poll failed; null after a success.</summary>
    public string? FailureCode { get; init; }

    /// <summary>What came back, without secrets.</summary>
    public string? FailureDetail { get; init; }

    /// <summary>Failed polls in a row.</summary>
    public int FailureStreak { get; init; }

    /// <summary>When the first of them failed.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>When the next poll is due; the watchdog judges an engine by it.</summary>
    public DateTimeOffset? NextDueAt { get; init; }
}
