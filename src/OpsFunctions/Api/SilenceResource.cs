using OpsManager.Core.Alerts;
using OpsManager.Core.Escalations;
using OpsManager.Core.Runs;

namespace OpsFunctions.Api;

/// <summary>A silence: what it covers is recorded and shown, and not sent. What is still open at its end is sent then.</summary>
public sealed record SilenceResource
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Whether it is in force.</summary>
    public required bool Active { get; init; }

    /// <summary>Who is responsible for it.</summary>
    public required string Author { get; init; }

    /// <summary>Why.</summary>
    public required string Comment { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends. It is shown for another seven days.</summary>
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

    /// <summary>The silence as it is shown now.</summary>
    public static SilenceResource From(Silence silence, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(silence);
        return new SilenceResource
        {
            Id = silence.Id,
            Active = silence.IsActive(now),
            Author = silence.Author,
            Comment = silence.Comment,
            CreatedAt = silence.CreatedAt,
            ExpiresAt = silence.ExpiresAt,
            RunId = silence.RunId,
            ReasonCode = silence.ReasonCode,
            Category = silence.Category,
            Workspace = silence.Workspace,
            Label = silence.Label,
        };
    }
}
