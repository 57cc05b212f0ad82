using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>One event of the runtime.</summary>
public sealed record EventBody
{
    /// <summary>When the runtime logged it, on the sprite's clock, 1 s resolution.</summary>
    public required string Timestamp { get; init; }

    /// <summary>The event's name, such as <c>role_start</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Role it concerns.</summary>
    public string? Role { get; init; }

    /// <summary>Outcome where the runtime gives one.</summary>
    public string? Status { get; init; }

    /// <summary>Free text; the runtime never sets it today.</summary>
    public string? Message { get; init; }

    /// <summary>The event's <c>data</c>.</summary>
    public JsonElement? Payload { get; init; }

    /// <summary>The whole line as logged.</summary>
    public JsonElement? Raw { get; init; }

    /// <summary>Members this version does not know. Kept, so that an envelope round-trips without loss. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
