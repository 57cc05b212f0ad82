using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>One line of the event log.</summary>
public sealed record LoopRunEvent
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

    /// <summary>Order of this event: its line number.</summary>
    public required EnvelopeSequence Sequence { get; init; }

    /// <summary>This line's number and the number of lines in the log.</summary>
    public required EnvelopeCursor Cursor { get; init; }

    /// <summary>The runtime run the line was logged under.</summary>
    public required EventRun Run { get; init; }

    /// <summary>The event itself.</summary>
    public required EventBody Event { get; init; }

    /// <summary>Members this version does not know. Kept, so that an envelope round-trips without loss. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
