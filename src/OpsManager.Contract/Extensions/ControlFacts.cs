using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>What the adapter remembers of control, for confirming an intent whose answer was lost.</summary>
public sealed record ControlFacts
{
    /// <summary>The highest order seen of the run that was started or controlled last.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OrderFacts? Order { get; init; }

    /// <summary>Set when that run was cancelled: no start of it is accepted any more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TombstoneFacts? Tombstone { get; init; }

    /// <summary>The last decision that this adapter recorded.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DecisionFacts? Decision { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
