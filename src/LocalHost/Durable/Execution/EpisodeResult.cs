namespace LocalHost.Durable.Execution;

/// <summary>The outcome of one episode.</summary>
/// <param name="Actions">In task id order.</param>
/// <param name="CustomStatus">Serialised; null if the generation has set none.</param>
/// <param name="OpenTimers">Timers that still have somebody waiting, with their due times.</param>
internal sealed record EpisodeResult(
    IReadOnlyList<OrchestratorAction> Actions,
    string? CustomStatus,
    IReadOnlyDictionary<int, DateTime> OpenTimers,
    bool IsSuspended);
