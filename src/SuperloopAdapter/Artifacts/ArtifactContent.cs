using System.Text.Json;

namespace SuperloopAdapter.Artifacts;

/// <summary>What a parser made of an artifact's bytes: a value, or why there is none.</summary>
internal readonly record struct ArtifactContent(JsonElement? Value, string? Unreadable)
{
    public static ArtifactContent Of(JsonElement value) => new(value, null);

    public static ArtifactContent Unknown(string reason) => new(null, reason);
}
