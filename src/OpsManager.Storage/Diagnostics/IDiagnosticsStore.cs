using OpsManager.Core.Runs;

namespace OpsManager.Storage.Diagnostics;

/// <summary>Diagnostics of a run, one for each attempt.</summary>
/// <remarks>Every call may throw <see cref="StorageUnavailableException"/>; repeating it is safe.</remarks>
public interface IDiagnosticsStore
{
    /// <summary>
    /// Keeps diagnostics of an attempt in place of those there are; a failure never takes the place of what was captured. Returns false,
    /// having written nothing, if the run is not there or is being deleted.
    /// </summary>
    Task<bool> SaveAsync(RunId runId, StoredDiagnostics diagnostics, CancellationToken cancellationToken);

    /// <summary>Those of an attempt, or null.</summary>
    Task<StoredDiagnostics?> FindAsync(RunId runId, int attempt, CancellationToken cancellationToken);

    /// <summary>Those of attempts before one, newest first.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="before">Only attempts with a lower number.</param>
    /// <param name="limit">Attempts looked at, at most.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    Task<IReadOnlyList<StoredDiagnostics>> ReadAsync(RunId runId, int before, int limit, CancellationToken cancellationToken);
}
