namespace OpsManager.Core.Evidence;

/// <summary>A <c>loop_start</c> whose meaning is still open.</summary>
/// <param name="RuntimeRunId">Its runtime run id.</param>
/// <param name="Epoch">Epoch of the log.</param>
/// <param name="Line">Its line.</param>
/// <param name="Timestamp">When it was logged, on the sprite's clock.</param>
public sealed record PendingLoopStart(string? RuntimeRunId, int Epoch, long Line, DateTimeOffset? Timestamp);
