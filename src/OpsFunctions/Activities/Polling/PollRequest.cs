using System.Text.Json.Serialization;
using OpsManager.Core.Runs;

namespace OpsFunctions.Activities.Polling;

/// <summary>Asks for one cycle. A persisted format: names are fixed here and not by the host's options.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Generation">The engine's generation.</param>
/// <param name="Cycle">Number of the cycle; rises within the generation.</param>
public sealed record PollRequest(
    [property: JsonPropertyName("runId")] RunId RunId,
    [property: JsonPropertyName("generation")] int Generation,
    [property: JsonPropertyName("cycle")] long Cycle);
