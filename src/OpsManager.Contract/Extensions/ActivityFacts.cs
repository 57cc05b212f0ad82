using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>What the runtime is doing.</summary>
public sealed record ActivityFacts
{
    /// <summary>One of <c>role tests gates rate_limit_wait usage_wait</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Role in flight.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    /// <summary>Since when, on the sprite's clock.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Since { get; init; }

    /// <summary>Until when at the latest, on the sprite's clock.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Until { get; init; }

    /// <summary>Size of the log of the role in flight, in bytes: it grows while the role works.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? OutputBytes { get; init; }

    /// <summary>Members this version does not know. Kept, so that an envelope round-trips without loss. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
