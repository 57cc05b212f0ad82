using System.Text.Json;
using System.Text.Json.Serialization;

namespace OpsManager.Contract;

/// <summary>Size, hash and age of one file.</summary>
public sealed record ArtifactInfo
{
    /// <summary>Path relative to the repository.</summary>
    public required string Path { get; init; }

    /// <summary>Whether the file was there.</summary>
    public required bool Exists { get; init; }

    /// <summary>Size in bytes; 0 when absent.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Complete lines; 0 when absent.</summary>
    public required long LineCount { get; init; }

    /// <summary>SHA-256 of the content, lower-case hex; null when absent.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Modification time in seconds since 1970-01-01 UTC, on the sprite's clock; null when absent.</summary>
    public long? MtimeEpoch { get; init; }

    /// <summary>Members this version does not know. Kept, so that an envelope round-trips without loss. Settable because generated readers cannot initialise it.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? AdditionalMembers { get; set; }
}
