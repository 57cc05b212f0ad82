namespace OpsFunctions.Api;

/// <summary>The orchestration instance that drives a run.</summary>
/// <param name="Generation">1, 2, ...; raised when the watchdog replaces an engine.</param>
/// <param name="InstanceId">Instance id, for the Durable Task API and its monitors.</param>
public sealed record EngineResource(int Generation, string InstanceId);
