using System.Text.Json;
using OpsManager.Contract;

namespace SuperloopAdapter.Artifacts;

/// <summary>
/// One artifact as read at one moment. <see cref="Unreadable"/> with a null value means: the file exists, what it says is
/// unknown. That is never to be confused with absence.
/// </summary>
internal sealed record ArtifactReading
{
    /// <summary>Path relative to the repository.</summary>
    public required string Path { get; init; }

    /// <summary>Null when the file is absent.</summary>
    public FileIdentity? Identity { get; init; }

    public long LineCount { get; init; }

    public string? Sha256 { get; init; }

    public JsonElement? Value { get; init; }

    public string? Unreadable { get; init; }

    public bool Exists => Identity is not null;

    public static ArtifactReading Absent(string path) => new() { Path = path };

    public ArtifactInfo ToInfo() => new()
    {
        Path = Path,
        Exists = Exists,
        SizeBytes = Identity?.Size ?? 0,
        LineCount = LineCount,
        Sha256 = Sha256,
        MtimeEpoch = Identity?.ModifiedSeconds,
    };
}
