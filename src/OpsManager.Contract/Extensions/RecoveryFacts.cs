using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>A repair that the runtime proposed and that waits for a person.</summary>
public sealed record RecoveryFacts
{
    /// <summary>When it was put before people, on the sprite's clock.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? At { get; init; }

    /// <summary>Iteration it was proposed in.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Iteration { get; init; }

    /// <summary>The proposed command, bounded and redacted.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Command { get; init; }

    /// <summary>Its category.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Category { get; init; }

    /// <summary>Why it was not done at once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Reason { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
