namespace OpsFunctions.Api;

/// <summary>All live runs at a glance.</summary>
public sealed record FleetResource
{
    /// <summary>When the numbers were read.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Runs that have not ended.</summary>
    public required int Live { get; init; }

    /// <summary>Ended runs that still hold their sprite, because it is not proven that nothing of them lives.</summary>
    public required int Unsettled { get; init; }

    /// <summary>Live runs by lifecycle state.</summary>
    public required IReadOnlyDictionary<string, int> ByState { get; init; }

    /// <summary>Live runs by health verdict.</summary>
    public required IReadOnlyDictionary<string, int> ByHealth { get; init; }

    /// <summary>Live runs whose last poll failed.</summary>
    public required int FailingPolls { get; init; }

    /// <summary>The poll that is overdue the longest; absent when none is.</summary>
    public OverduePoll? OldestOverduePoll { get; init; }

    /// <summary>Runs somebody must look at, newest first.</summary>
    public required IReadOnlyList<RunSummary> NeedsAttention { get; init; }

    /// <summary>The whole list of them; absent when it is complete above.</summary>
    public string? NeedsAttentionLink { get; init; }

    /// <summary>The manager's suspicion of itself; absent unless more than half of the live runs cannot be polled.</summary>
    public SuspicionResource? Suspicion { get; init; }

    /// <summary>How people are told of escalations.</summary>
    public required NotificationsResource Notifications { get; init; }

    /// <summary>Whether there were more live runs than were counted.</summary>
    public required bool Truncated { get; init; }
}
