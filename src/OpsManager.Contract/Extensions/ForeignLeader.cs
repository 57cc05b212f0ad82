using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>A living process of the runtime in the same repository that is not the one <see cref="ProcessFacts"/> describes.</summary>
public sealed record ForeignLeader
{
    /// <summary>Its process id.</summary>
    public required long Pid { get; init; }

    /// <summary>Its process group.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Pgid { get; init; }

    /// <summary>Its start time in clock ticks since boot.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? StartTicks { get; init; }

    /// <summary>The loop it was started for; null when it runs several in turn.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LoopId { get; init; }

    /// <summary>Whether it is stopped by a signal.</summary>
    public bool Stopped { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
