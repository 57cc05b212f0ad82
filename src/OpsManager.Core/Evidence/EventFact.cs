namespace OpsManager.Core.Evidence;

/// <summary>What a decision needs of one stored event. The event itself stays in its row.</summary>
public sealed record EventFact
{
    /// <summary>The manager's own gap-free number of the event within the run.</summary>
    public required long Sequence { get; init; }

    /// <summary>Epoch of the log.</summary>
    public required int Epoch { get; init; }

    /// <summary>Line within the epoch, 1-based.</summary>
    public required long Line { get; init; }

    /// <summary>The event's name; <see cref="QuarantinedName"/> for a line that could not be read.</summary>
    public required string Name { get; init; }

    /// <summary>The runtime run it was logged under.</summary>
    public string? RuntimeRunId { get; init; }

    /// <summary>Iteration of the runtime run.</summary>
    public long? Iteration { get; init; }

    /// <summary>Role it concerns.</summary>
    public string? Role { get; init; }

    /// <summary>Outcome where the runtime gives one.</summary>
    public string? Status { get; init; }

    /// <summary><c>data.reason</c> of a stop.</summary>
    public string? Reason { get; init; }

    /// <summary>When it was logged, on the sprite's clock; null if unreadable.</summary>
    public DateTimeOffset? Timestamp { get; init; }

    /// <summary>Who decided, of an <c>approval_decision</c>.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>Note of an <c>approval_decision</c>.</summary>
    public string? Note { get; init; }

    /// <summary>Limit of a <c>role_timeout</c> in seconds.</summary>
    public long? TimeoutSeconds { get; init; }

    /// <summary>Name given to a line that could not be read.</summary>
    public const string QuarantinedName = "line_quarantined";
}
