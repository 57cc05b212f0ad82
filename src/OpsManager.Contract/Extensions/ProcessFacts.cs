using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>The leader process and its members.</summary>
public sealed record ProcessFacts
{
    /// <summary>Process id of the leader.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Pid { get; init; }

    /// <summary>Process group id.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Pgid { get; init; }

    /// <summary>Start time of the leader in clock ticks since boot; with pid and boot id it identifies the process.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? StartTicks { get; init; }

    /// <summary>Boot id of the machine.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BootId { get; init; }

    /// <summary>Whether the leader lives.</summary>
    public required bool Alive { get; init; }

    /// <summary>Whether the leader is stopped by a signal.</summary>
    public bool Stopped { get; init; }

    /// <summary>Members other than the leader that live; zombies do not count.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? LiveChildren { get; init; }

    /// <summary>Members that have ended and whose exit nobody has read yet.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Zombies { get; init; }

    /// <summary>Whether nothing of the run works: no member lives, and the leader is gone or stopped.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Quiescent { get; init; }

    /// <summary>Members this version does not know. Kept, so that an envelope round-trips without loss. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
