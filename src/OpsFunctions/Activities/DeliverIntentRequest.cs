using System.Text.Json.Serialization;
using OpsManager.Core.Intents;
using OpsManager.Core.Runs;

namespace OpsFunctions.Activities;

/// <summary>An intent to be sent.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Generation">The engine's generation.</param>
/// <param name="Cycle">The cycle it is sent in.</param>
/// <param name="Intent">The intent, which the run carries as being sent.</param>
public sealed record DeliverIntentRequest(
    [property: JsonPropertyName("runId")] RunId RunId,
    [property: JsonPropertyName("generation")] int Generation,
    [property: JsonPropertyName("cycle")] long Cycle,
    [property: JsonPropertyName("intent")] IntentId Intent);
