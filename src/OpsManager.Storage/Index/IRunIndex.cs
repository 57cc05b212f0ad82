using OpsManager.Core.Runs;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Index;

/// <summary>The list of runs and the sprite claims: derived from the heads and rebuilt from them when it falls behind.</summary>
public interface IRunIndex
{
    /// <summary>Runs, newest first.</summary>
    /// <param name="filter">Which ones.</param>
    /// <param name="continuation">Where the last page ended; null for the first.</param>
    /// <param name="limit">At most this many, 1 to 200.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    Task<RunListPage> ListAsync(RunFilter filter, string? continuation, int limit, CancellationToken cancellationToken);

    /// <summary>Runs that are not known to be over: what the watchdog looks after.</summary>
    Task<IReadOnlyList<ActiveRun>> ListActiveAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Brings the index up to a head: the list row unless it is newer; and, for an end, the claim (only with proven quiescence) and then
    /// the active row are removed. Safe to repeat.
    /// </summary>
    Task SynchronizeAsync(RunHead head, CancellationToken cancellationToken);

    /// <summary>Removes active rows and claims without a head that are older than five minutes. Returns how many.</summary>
    Task<int> RemoveOrphansAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The run that holds a sprite, or null.</summary>
    Task<RunId?> FindHolderAsync(SpriteName sprite, CancellationToken cancellationToken);

    /// <summary>Writes the list rows anew from the heads. Returns how many runs were indexed.</summary>
    Task<int> RebuildAsync(CancellationToken cancellationToken);
}
