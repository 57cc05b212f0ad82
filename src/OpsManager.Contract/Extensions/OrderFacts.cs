using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>The highest order seen of a Loop Run.</summary>
public sealed record OrderFacts
{
    /// <summary>The Loop Run.</summary>
    public required string RunId { get; init; }

    /// <summary>Generation of the engine that asked.</summary>
    public required int Generation { get; init; }

    /// <summary>The order.</summary>
    public required long Order { get; init; }

    /// <summary>The intent that came with it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? IntentId { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
