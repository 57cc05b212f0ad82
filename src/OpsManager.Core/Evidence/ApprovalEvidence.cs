namespace OpsManager.Core.Evidence;

/// <summary>A candidate put before a person, and what became of it.</summary>
public sealed record ApprovalEvidence
{
    /// <summary>The runtime run that asks; null when the log does not say.</summary>
    public string? RuntimeRunId { get; init; }

    /// <summary>Its iteration; null when the log does not say.</summary>
    public long? Iteration { get; init; }

    /// <summary>When it asked, on the sprite's clock.</summary>
    public DateTimeOffset? RequestedAt { get; init; }

    /// <summary><c>approved</c> or <c>rejected</c> once decided.</summary>
    public string? Decision { get; init; }

    /// <summary>Who decided.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>The decider's note.</summary>
    public string? Note { get; init; }

    /// <summary>Whether the runtime has taken the decision up.</summary>
    public bool Consumed { get; init; }
}
