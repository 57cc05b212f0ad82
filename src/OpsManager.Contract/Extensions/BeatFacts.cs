using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>The sign of life of what watches beside the service: it keeps the sprite awake and nudges, and a call that is answered does not tell whether it still does.</summary>
public sealed record BeatFacts
{
    /// <summary>When the watch last finished a look, on the sprite's clock. Time in which the sprite slept does not count.</summary>
    public required string At { get; init; }

    /// <summary>Pause between two looks in milliseconds.</summary>
    public required long IntervalMs { get; init; }

    /// <summary>Members this version does not know. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
