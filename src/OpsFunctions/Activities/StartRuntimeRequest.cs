using System.Text.Json.Serialization;
using OpsManager.Core.Runs;

namespace OpsFunctions.Activities;

/// <summary>A runtime process to be launched.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Generation">The engine's generation.</param>
/// <param name="Cycle">The cycle it is asked in.</param>
/// <param name="Attempt">Number of the attempt.</param>
public sealed record StartRuntimeRequest(
    [property: JsonPropertyName("runId")] RunId RunId,
    [property: JsonPropertyName("generation")] int Generation,
    [property: JsonPropertyName("cycle")] long Cycle,
    [property: JsonPropertyName("attempt")] int Attempt);
