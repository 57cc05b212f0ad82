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
    /// <remarks>
    /// A page may hold fewer runs than asked for, even none, and still have a continuation: the search for a rare one is cut into
    /// bounded steps. The list has ended when there is no continuation.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The limit is out of bounds.</exception>
    /// <exception cref="InvalidContinuationException">The continuation was made for another filter, or not by this list.</exception>
    Task<RunListPage> ListAsync(RunFilter filter, string? continuation, int limit, CancellationToken cancellationToken);

    /// <summary>Runs that are not known to be over, and those that are but still hold their sprite (<see cref="ActiveRun.Ended"/>): what the watchdog looks after.</summary>
    Task<IReadOnlyList<ActiveRun>> ListActiveAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Brings the index up to a head: the list row unless it is newer; and, for an end with proven quiescence, the claim and then the
    /// active row are removed. An end without that proof keeps both, and its active row says that it has ended. A run that has not ended
    /// gets back an active row it lacks. A head older than its list row changes nothing, nor does that of a run being deleted. Safe to repeat.
    /// </summary>
    Task SynchronizeAsync(RunHead head, CancellationToken cancellationToken);

    /// <summary>
    /// Removes active rows and claims without a head that are older than five minutes, and claims that their holder has no right to any
    /// more. A creation still under way then fails and starts over. Returns how many rows were removed.
    /// </summary>
    Task<int> RemoveOrphansAsync(DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The run that holds a sprite, or null.</summary>
    Task<RunId?> FindHolderAsync(SpriteName sprite, CancellationToken cancellationToken);

    /// <summary>
    /// Writes the list rows anew from the heads, removes those without one, and restores missing active rows, claims and the rows by which
    /// deletions are found. Reads the whole table: for repair, not for every day. Returns how many runs were indexed.
    /// </summary>
    Task<int> RebuildAsync(CancellationToken cancellationToken);
}
