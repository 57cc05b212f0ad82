using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>The state of one loop at one moment.</summary>
public sealed record LoopRunSnapshot
{
    /// <summary>Version of the contract; see <see cref="ContractVersion.V1"/>.</summary>
    public required string SchemaVersion { get; init; }

    /// <summary>Kind of envelope.</summary>
    public required string EnvelopeType { get; init; }

    /// <summary>When the adapter wrote this, on the sprite's clock (ISO 8601, UTC).</summary>
    public required string EmittedAt { get; init; }

    /// <summary>Correlation id handed in by the caller.</summary>
    public string? TraceId { get; init; }

    /// <summary>Repository and loop it speaks of.</summary>
    public required EnvelopeSource Source { get; init; }

    /// <summary>Status and progress as the adapter judges them.</summary>
    public required SnapshotRun Run { get; init; }

    /// <summary>The runtime's own state files, verbatim.</summary>
    public required SnapshotRuntime Runtime { get; init; }

    /// <summary>The files behind this snapshot, with size and hash.</summary>
    public required SnapshotArtifacts Artifacts { get; init; }

    /// <summary>Order of this snapshot among all of the loop.</summary>
    public required EnvelopeSequence Sequence { get; init; }

    /// <summary>Where in the event log this snapshot stands.</summary>
    public required EnvelopeCursor Cursor { get; init; }

    /// <summary>Counters from the log and the last summary entry.</summary>
    public required SnapshotHealth Health { get; init; }

    /// <summary>What an adapter knows beyond v1. Absent when it knows nothing more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SnapshotExtensions? Ext { get; init; }

    /// <summary>Members this version does not know. Kept, so that an envelope round-trips without loss. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
