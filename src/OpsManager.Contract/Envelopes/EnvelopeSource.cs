using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>The repository and loop an envelope speaks of.</summary>
public sealed record EnvelopeSource
{
    /// <summary>Absolute path of the repository inside the sprite.</summary>
    public required string RepoPath { get; init; }

    /// <summary>The loop's id in the repository's configuration.</summary>
    public required string LoopId { get; init; }

    /// <summary>Members this version does not know. Kept, so that an envelope round-trips without loss. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
