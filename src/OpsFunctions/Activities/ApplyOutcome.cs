using System.Text.Json.Serialization;

namespace OpsFunctions.Activities;

/// <summary>What became of a decision to be stored.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Revision">Revision after it; 0 if it was not stored.</param>
public sealed record ApplyOutcome(
    [property: JsonPropertyName("kind")] ApplyOutcomeKind Kind,
    [property: JsonPropertyName("revision")] long Revision);
