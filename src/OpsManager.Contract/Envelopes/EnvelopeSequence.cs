using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>A position in the order of a loop's envelopes.</summary>
public sealed record EnvelopeSequence
{
    /// <summary>What the value counts, <c>cursor_event_line_offset</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The position, 1-based for events.</summary>
    public required long Value { get; init; }

    /// <summary>Members this version does not know. Kept, so that an envelope round-trips without loss. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
