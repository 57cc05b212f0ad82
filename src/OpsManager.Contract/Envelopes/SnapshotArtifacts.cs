using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>The files a snapshot was made from.</summary>
public sealed record SnapshotArtifacts
{
    /// <summary>events.jsonl.</summary>
    public required ArtifactInfo Events { get; init; }

    /// <summary>run-summary.json.</summary>
    public required ArtifactInfo RunSummary { get; init; }

    /// <summary>state.json.</summary>
    public required ArtifactInfo State { get; init; }

    /// <summary>active-run.json.</summary>
    public required ArtifactInfo ActiveRun { get; init; }

    /// <summary>approval.json.</summary>
    public required ArtifactInfo Approval { get; init; }

    /// <summary>heartbeat.v1.json.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ArtifactInfo? Heartbeat { get; init; }

    /// <summary>Members this version does not know. Kept, so that an envelope round-trips without loss. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
