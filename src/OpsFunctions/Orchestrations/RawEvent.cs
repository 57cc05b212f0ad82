using System.Text.Json.Serialization;

namespace OpsFunctions.Orchestrations;

/// <summary>
/// An event that somebody raised at an engine and that asks for something. It becomes an intent, or is noted as unreadable; until then
/// the engine carries it. A persisted format.
/// </summary>
/// <param name="Id">Given when the engine took it.</param>
/// <param name="Text">What it carries, as JSON; cut off when it is longer than anything that could be meant, and null for what is none.</param>
public sealed record RawEvent(
    [property: JsonPropertyName("id")] string Id,
    [property: JsonPropertyName("text")] string? Text)
{
    /// <summary>Cycles in which it could not be kept although everything else could be stored.</summary>
    [JsonPropertyName("tries")]
    public int Tries { get; init; }
}
