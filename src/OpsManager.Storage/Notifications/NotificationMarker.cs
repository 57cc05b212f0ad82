using System.Text.Json.Serialization;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsManager.Storage.Notifications;

/// <summary>
/// Written before a decision with escalations: whoever dies between the decision and telling of it leaves this behind. It says where to
/// look, not what to say. Stored.
/// </summary>
public sealed record NotificationMarker
{
    /// <summary>The run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>The operation that decides.</summary>
    public required string Operation { get; init; }

    /// <summary>The revision it was decided on. A head beyond it carries the decision, or refused it.</summary>
    public required long Revision { get; init; }

    /// <summary>What it speaks of.</summary>
    public required ValueList<EscalationMention> Escalations { get; init; }

    /// <summary>When it was written, on the manager's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The store's own concurrency tag.</summary>
    [JsonIgnore]
    public string StoreTag { get; init; } = string.Empty;
}
