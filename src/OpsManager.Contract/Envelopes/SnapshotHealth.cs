using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>Counters an operator looks at first.</summary>
public sealed record SnapshotHealth
{
    /// <summary>Events in the log.</summary>
    public required long EventCount { get; init; }

    /// <summary>Timestamp of the last event.</summary>
    public string? LastEventAt { get; init; }

    /// <summary>Name of the last event.</summary>
    public string? LastEventName { get; init; }

    /// <summary>When run-summary.json was last written.</summary>
    public string? LastSummaryAt { get; init; }

    /// <summary>Whether an approval is pending.</summary>
    public required bool HasPendingApproval { get; init; }

    /// <summary>Gate results of the last summary entry; may carry <c>lifecycle</c>.</summary>
    public JsonElement? Gates { get; init; }

    /// <summary>Superloop's own stuck counters of the last summary entry. Shown, never acted on.</summary>
    public JsonElement? Stuck { get; init; }

    /// <summary>Members this version does not know. Kept, so that an envelope round-trips without loss. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
