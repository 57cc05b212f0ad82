using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>The answer of <c>GET /ops/events</c>.</summary>
public sealed record EventPage
{
    /// <summary>True on success.</summary>
    public required bool Ok { get; init; }

    /// <summary>Version of the contract.</summary>
    public string? SchemaVersion { get; init; }

    /// <summary>Repository and loop.</summary>
    public EnvelopeSource? Source { get; init; }

    /// <summary>The events after the cursor, each as received: an unreadable one must not hide its neighbours.</summary>
    public required IReadOnlyList<JsonElement> Events { get; init; }

    /// <summary>Where the page ends.</summary>
    public EnvelopeCursor? Cursor { get; init; }

    /// <summary>Members this version does not know. Kept, so that an envelope round-trips without loss. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
