using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>Why the process of the loop may be looked at and not be touched.</summary>
public sealed record ObserveOnlyFacts
{
    /// <summary>Stable code, such as <c>runs_several_loops</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>The same in a sentence.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Message { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
