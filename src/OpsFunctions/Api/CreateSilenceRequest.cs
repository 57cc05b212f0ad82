using OpsManager.Core.Escalations;
using OpsManager.Core.Runs;

namespace OpsFunctions.Api;

/// <summary>Asks for a silence. At least one condition must be given; all that are given must hold.</summary>
public sealed record CreateSilenceRequest
{
    /// <summary>Why, 1 to 1024 characters.</summary>
    public required string Comment { get; init; }

    /// <summary>When it ends: in the future, and at most 30 days from now.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Only escalations of this run.</summary>
    public RunId? RunId { get; init; }

    /// <summary>Only escalations with this reason code.</summary>
    public string? ReasonCode { get; init; }

    /// <summary>Only escalations of this category.</summary>
    public EscalationCategory? Category { get; init; }

    /// <summary>Only escalations of runs of this workspace.</summary>
    public string? Workspace { get; init; }

    /// <summary>Only escalations of runs with this label: key, or key=value.</summary>
    public string? Label { get; init; }
}
