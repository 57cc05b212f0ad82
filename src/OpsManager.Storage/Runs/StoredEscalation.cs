using OpsManager.Core.Escalations;

namespace OpsManager.Storage.Runs;

/// <summary>One escalation as stored.</summary>
public sealed record StoredEscalation
{
    /// <summary>Its number within the run, from 1.</summary>
    public required long Number { get; init; }

    /// <summary>Reason code.</summary>
    public required string Code { get; init; }

    /// <summary>How urgent it is.</summary>
    public required EscalationSeverity Severity { get; init; }

    /// <summary>What happened, in words.</summary>
    public required string Detail { get; init; }

    /// <summary>When it was first raised, on the manager's clock.</summary>
    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>When it was last raised or, if that is later, resolved. On the row beside the document.</summary>
    public DateTimeOffset? LastSeenAt { get; init; }

    /// <summary>How often it was raised: one that comes back within 15 minutes is the same one. On the row beside the document.</summary>
    public int? Count { get; init; }

    /// <summary>When it was resolved; null while it is open.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Who takes care of it; null if nobody said so. On the row beside the document.</summary>
    public Acknowledgement? Acknowledgement { get; init; }
}
