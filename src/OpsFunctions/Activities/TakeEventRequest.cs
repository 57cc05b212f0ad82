using System.Text.Json.Serialization;
using OpsFunctions.Orchestrations;
using OpsManager.Core.Runs;

namespace OpsFunctions.Activities;

/// <summary>An event that asks for something.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Event">The event.</param>
public sealed record TakeEventRequest(
    [property: JsonPropertyName("runId")] RunId RunId,
    [property: JsonPropertyName("event")] RawEvent Event);
