using OpsManager.Core.Runs;

namespace OpsManager.Storage.Purging;

/// <summary>
/// Deletes runs. A run is marked first and removed piece by piece afterwards, by whoever comes by: every step may be repeated, and a
/// crash after any of them is continued by the next call. Orchestration instances are the caller's, before the first removal.
/// </summary>
/// <remarks>Every call may throw <see cref="StorageUnavailableException"/>; repeating it is safe.</remarks>
public interface IRunPurge
{
    /// <summary>
    /// Marks a run that has ended. From then on no engine can write to it and it is no longer listed. Repeating it changes nothing.
    /// </summary>
    Task<PurgeMarking> MarkAsync(RunId runId, PurgeOrder order, CancellationToken cancellationToken);

    /// <summary>Runs that are being deleted, by id.</summary>
    /// <param name="after">Only ids after this one; null for all.</param>
    /// <param name="limit">At most this many.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    Task<IReadOnlyList<PurgingRun>> ListAsync(RunId? after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Goes on with a deletion: blobs, rows, the rows of the index, the sprite's claim, and at last the head. What a slow writer brings
    /// after that is removed too, for five minutes. The creation row stays for ever: it keeps the id from being used again and says who
    /// had the run deleted.
    /// </summary>
    /// <param name="runId">The run.</param>
    /// <param name="limit">Rows and blobs removed at most, about.</param>
    /// <param name="cancellationToken">Cancels between two steps.</param>
    Task<PurgeProgress> RemoveAsync(RunId runId, int limit, CancellationToken cancellationToken);

    /// <summary>Searches a part of the list for runs that ended long ago and hold no sprite.</summary>
    /// <param name="endedBefore">Only runs that ended before.</param>
    /// <param name="continuation">Where the last part ended; null for the first.</param>
    /// <param name="limit">Rows looked at, at most.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    Task<ExpiredRuns> FindExpiredAsync(DateTimeOffset endedBefore, string? continuation, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Removes blobs that no row names: those of a process that died between a blob and its row, and of a write that was refused after it.
    /// </summary>
    /// <param name="writtenBefore">Only blobs written before. Long enough ago that no write they belong to is still under way.</param>
    /// <param name="continuation">Where the last part ended; null for the first.</param>
    /// <param name="limit">Blobs looked at, at most; 1 to 5000.</param>
    /// <param name="cancellationToken">Cancels between two blobs.</param>
    Task<OrphanBlobs> RemoveOrphanBlobsAsync(DateTimeOffset writtenBefore, string? continuation, int limit, CancellationToken cancellationToken);
}
