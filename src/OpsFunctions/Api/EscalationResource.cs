using OpsManager.Core.Alerts;
using OpsManager.Core.Escalations;
using OpsManager.Core.Runs;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Api;

/// <summary>One escalation of a run.</summary>
public sealed record EscalationResource
{
    /// <summary>Its number within the run, from 1.</summary>
    public required long Number { get; init; }

    /// <summary>Reason code.</summary>
    public required string Code { get; init; }

    /// <summary>What it is about, derived from the reason code.</summary>
    public required EscalationCategory Category { get; init; }

    /// <summary>How urgent it is.</summary>
    public required EscalationSeverity Severity { get; init; }

    /// <summary>What happened, in words.</summary>
    public required string Detail { get; init; }

    /// <summary>When it was first raised, on the manager's clock.</summary>
    public required DateTimeOffset RaisedAt { get; init; }

    /// <summary>When it was last raised or, if that is later, resolved.</summary>
    public required DateTimeOffset LastSeenAt { get; init; }

    /// <summary>How often it was raised: one that comes back within 15 minutes is the same one.</summary>
    public required int Count { get; init; }

    /// <summary>When it was resolved; absent while it is open.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Who takes care of it; absent if nobody said so.</summary>
    public Acknowledgement? Acknowledgement { get; init; }

    /// <summary>Of an open one: the silence that keeps it from being sent, the one that lasts longest; absent if none does.</summary>
    public string? SilencedBy { get; init; }

    /// <summary>Of an open one: until when it is not sent.</summary>
    public DateTimeOffset? SilencedUntil { get; init; }

    /// <summary>The escalation as it is shown now.</summary>
    public static EscalationResource From(StoredEscalation escalation, RunSpec spec, IEnumerable<Silence> silences, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(escalation);
        ArgumentNullException.ThrowIfNull(spec);
        var silence = escalation.ResolvedAt is not null
            ? null
            : silences.Where(each => each.IsActive(now) && each.Covers(spec.RunId, escalation.Code, spec.Workspace, spec.Labels)).MaxBy(static each => each.ExpiresAt);
        return new EscalationResource
        {
            Number = escalation.Number,
            Code = escalation.Code,
            Category = EscalationCategories.Of(escalation.Code),
            Severity = escalation.Severity,
            Detail = escalation.Detail,
            RaisedAt = escalation.RaisedAt,
            LastSeenAt = escalation.LastSeenAt ?? escalation.RaisedAt,
            Count = escalation.Count ?? 1,
            ResolvedAt = escalation.ResolvedAt,
            Acknowledgement = escalation.Acknowledgement,
            SilencedBy = silence?.Id,
            SilencedUntil = silence?.ExpiresAt,
        };
    }
}
