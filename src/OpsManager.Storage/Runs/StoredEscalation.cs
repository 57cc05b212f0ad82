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

    /// <summary>When it was raised, on the manager's clock.</summary>
    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>When it was resolved; null while it is open.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }
}
