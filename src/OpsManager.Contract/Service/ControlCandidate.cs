using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>Names the candidate that waits for a decision.</summary>
public sealed record ControlCandidate
{
    /// <summary>Runtime run id of the candidate.</summary>
    public required string RuntimeRunId { get; init; }

    /// <summary>Its iteration.</summary>
    public required long Iteration { get; init; }

    /// <summary>When the approval was requested, as the runtime wrote it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? RequestedAt { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
