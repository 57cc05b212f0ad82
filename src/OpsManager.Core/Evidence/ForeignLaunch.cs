namespace OpsManager.Core.Evidence;

/// <summary>A launch of the same loop that this run did not cause.</summary>
/// <param name="RuntimeRunId">Its runtime run id.</param>
/// <param name="Epoch">Epoch of the log.</param>
/// <param name="Line">Line of its <c>loop_start</c>.</param>
public sealed record ForeignLaunch(string? RuntimeRunId, int Epoch, long Line);
