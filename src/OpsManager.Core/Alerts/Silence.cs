using OpsManager.Core.Escalations;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Alerts;

/// <summary>For a time, what matches is recorded and shown but not sent. All conditions that are given must hold. Stored.</summary>
public sealed record Silence
{
    /// <summary>Longest time a silence may last.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Who is responsible for it.</summary>
    public required string Author { get; init; }

    /// <summary>Why.</summary>
    public required string Comment { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends. What is still open then is sent.</summary>
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

    /// <summary>Whether it is in force.</summary>
    public bool IsActive(DateTimeOffset now) => now < ExpiresAt;

    /// <summary>Whether it covers an escalation.</summary>
    public bool Covers(RunId? runId, string code, string? workspace, IEnumerable<RunLabel> labels) =>
        (RunId is null || RunId == runId)
        && (ReasonCode is null || ReasonCode == code)
        && (Category is null || Category == EscalationCategories.Of(code))
        && (Workspace is null || Workspace == workspace)
        && (Label is null || LabelMatch.Any(labels, Label));
}
