namespace OpsManager.Core.Observations;

/// <summary>active-run.json.</summary>
/// <param name="Pid">The leader.</param>
/// <param name="Pgid">Its process group.</param>
/// <param name="LoopId">The loop; null while the process runs all loops of the repository.</param>
/// <param name="Stage"><c>run_start</c> or <c>loop_start</c>.</param>
public sealed record ActiveRunFacts(long? Pid, long? Pgid, string? LoopId, string? Stage);
