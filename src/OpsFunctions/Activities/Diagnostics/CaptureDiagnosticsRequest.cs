using System.Text.Json.Serialization;
using OpsManager.Core.Runs;
using OpsManager.Storage.Diagnostics;

namespace OpsFunctions.Activities.Diagnostics;

/// <summary>Diagnostics to be taken of a run's newest attempt.</summary>
/// <param name="RunId">The run.</param>
/// <param name="Generation">The engine's generation.</param>
/// <param name="Cause">Why: <see cref="DiagnosticsCause.End"/> or <see cref="DiagnosticsCause.Relaunch"/>.</param>
public sealed record CaptureDiagnosticsRequest(
    [property: JsonPropertyName("runId")] RunId RunId,
    [property: JsonPropertyName("generation")] int Generation,
    [property: JsonPropertyName("cause")] DiagnosticsCause Cause);
