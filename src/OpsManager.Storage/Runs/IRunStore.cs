using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;

namespace OpsManager.Storage.Runs;

/// <summary>A run's partition: head, events, snapshots, transitions, escalations. Every write either happens as a whole or not at all.</summary>
public interface IRunStore
{
    /// <summary>
    /// Creates a run: active index row, sprite claim, then head and idempotency row in one transaction. A crash in between is
    /// completed by the same request; what nobody completes is removed by <see cref="IRunIndex.RemoveOrphansAsync"/>.
    /// </summary>
    Task<CreateRunResult> CreateAsync(NewRun run, CancellationToken cancellationToken);

    /// <summary>The head, or null if there is no such run.</summary>
    Task<RunHead?> FindAsync(RunId runId, CancellationToken cancellationToken);

    /// <summary>
    /// Stores events in chunks (at most 90 rows and 3 MiB each), each together with the head's cursor. Events already stored are
    /// skipped, so that a repeated call continues where an interrupted one ended.
    /// </summary>
    /// <param name="head">The head as read.</param>
    /// <param name="engine">The writer.</param>
    /// <param name="events">Events with consecutive sequences from <see cref="RunHead.StoredThrough"/> + 1.</param>
    /// <param name="log">The position after the last of them.</param>
    /// <param name="cancellationToken">Cancels between chunks.</param>
    Task<WriteResult> AppendEventsAsync(RunHead head, EngineRef engine, IReadOnlyList<StoredEvent> events, LogPosition log, CancellationToken cancellationToken);

    /// <summary>Records a poll: one write of the head, with a snapshot row if there is a new one.</summary>
    Task<WriteResult> RecordPollAsync(RunHead head, EngineRef engine, PollRecord record, CancellationToken cancellationToken);

    /// <summary>Stores a decision: transitions, escalations and the head in one transaction.</summary>
    Task<WriteResult> ApplyAsync(RunId runId, EngineRef engine, ApplyRequest request, CancellationToken cancellationToken);

    /// <summary>Makes another engine the writer, if <paramref name="head"/> is still current.</summary>
    Task<WriteResult> ReplaceEngineAsync(RunHead head, EngineRef next, CancellationToken cancellationToken);

    /// <summary>Events after a sequence, in order, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<StoredEvent>> ReadEventsAsync(RunId runId, long after, int limit, CancellationToken cancellationToken);

    /// <summary>The newest snapshot, or null before the first.</summary>
    Task<StoredSnapshot?> FindLatestSnapshotAsync(RunId runId, CancellationToken cancellationToken);

    /// <summary>Snapshots before a number, newest first; null starts at the newest.</summary>
    Task<IReadOnlyList<StoredSnapshot>> ReadSnapshotsAsync(RunId runId, long? before, int limit, CancellationToken cancellationToken);

    /// <summary>Transitions after a number, in order.</summary>
    Task<IReadOnlyList<Transition>> ReadTransitionsAsync(RunId runId, long after, int limit, CancellationToken cancellationToken);

    /// <summary>Escalations after a number, in order.</summary>
    Task<IReadOnlyList<StoredEscalation>> ReadEscalationsAsync(RunId runId, long after, int limit, CancellationToken cancellationToken);
}
