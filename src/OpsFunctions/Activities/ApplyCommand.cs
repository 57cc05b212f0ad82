using System.Text.Json.Serialization;
using OpsManager.Core.Decisions;
using OpsManager.Core.Runs;

namespace OpsFunctions.Activities;

/// <summary>A decision to be stored.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Generation">The engine's generation.</param>
/// <param name="Operation">Names the write, so that a repeated one is recognised.</param>
/// <param name="ExpectedRevision">The revision it was decided on.</param>
/// <param name="Decision">The decision.</param>
public sealed record ApplyCommand(
    [property: JsonPropertyName("runId")] RunId RunId,
    [property: JsonPropertyName("generation")] int Generation,
    [property: JsonPropertyName("operation")] string Operation,
    [property: JsonPropertyName("expectedRevision")] long ExpectedRevision,
    [property: JsonPropertyName("decision")] Decision Decision);
