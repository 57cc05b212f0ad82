using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>A cancelled Loop Run.</summary>
public sealed record TombstoneFacts
{
    /// <summary>The Loop Run.</summary>
    public required string RunId { get; init; }

    /// <summary>When, on the sprite's clock.</summary>
    public required string At { get; init; }

    /// <summary>The intent that cancelled it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IntentId { get; init; }

    /// <summary>Who cancelled it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? By { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
