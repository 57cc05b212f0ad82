namespace OpsManager.Core.Observations;

/// <summary>The last launch an adapter made, as it recorded it.</summary>
/// <param name="Attempt">The manager's number of the attempt.</param>
/// <param name="BaseLine">Lines in the log before the launch.</param>
/// <param name="RuntimeRunId">The runtime run id of its <c>loop_start</c>, once logged.</param>
/// <param name="RunId">The Loop Run it was made for: attempts of two runs have the same numbers. Null when the adapter does not say.</param>
public sealed record LaunchRecord(int? Attempt, long? BaseLine, string? RuntimeRunId, string? RunId = null);
