using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;

namespace OpsManager.Storage.Runs;

/// <summary>A run's partition: head, events, snapshots, transitions, escalations, intents. Every write either happens as a whole or not at all.</summary>
/// <remarks>
/// Every call may throw <see cref="StorageUnavailableException"/>; repeating it is safe. Reading may throw
/// <see cref="Documents.UnreadableDocumentException"/> for what is damaged or was written by a newer version.
/// </remarks>
public interface IRunStore
{
    /// <summary>
    /// Creates a run: active index row, sprite claim, then head and idempotency row in one transaction. A crash in between is
    /// completed by the same request; what nobody completes is removed by <see cref="Index.IRunIndex.RemoveOrphansAsync"/>. The list row is
    /// written as well. Starting the engine is the caller's, after both <see cref="CreateRunResult.Created"/> and
    /// <see cref="CreateRunResult.AlreadyExists"/>: the first request may have died before it.
    /// </summary>
    Task<CreateRunResult> CreateAsync(NewRun run, CancellationToken cancellationToken);

    /// <summary>The head, or null if there is no such run.</summary>
    Task<RunHead?> FindAsync(RunId runId, CancellationToken cancellationToken);

    /// <summary>
    /// Stores events in chunks (at most 90 events and 3 MiB as sent each), each together with the head's cursor; every chunk raises the
    /// revision by one. Events already stored are skipped, so that a repeated call continues where an interrupted one ended; if all of
    /// them are, the answer is <see cref="WriteResult.Repeated"/>. Without events only the position is stored, if it differs.
    /// </summary>
    /// <param name="head">The head as read.</param>
    /// <param name="engine">The writer.</param>
    /// <param name="events">Events with consecutive sequences from <see cref="RunHead.StoredThrough"/> + 1.</param>
    /// <param name="log">The position after the last of them.</param>
    /// <param name="cancellationToken">Cancels between chunks.</param>
    /// <exception cref="ArgumentException">The sequences have a gap or a repetition.</exception>
    Task<WriteResult> AppendEventsAsync(RunHead head, EngineRef engine, IReadOnlyList<StoredEvent> events, LogPosition log, CancellationToken cancellationToken);

    /// <summary>
    /// Records a poll: one write of the head, with a snapshot row if its content differs from the last one's; only that raises the
    /// revision. The cycle recorded last is not recorded again (<see cref="WriteResult.Repeated"/>), except for what is new in it; 0 is no
    /// cycle and is always recorded.
    /// </summary>
    Task<WriteResult> RecordPollAsync(RunHead head, EngineRef engine, PollRecord record, CancellationToken cancellationToken);

    /// <summary>
    /// Stores a decision: transitions, escalations, intents and the head in one transaction. It replaces the decided part only; what polls stored
    /// meanwhile stays. The engine is checked first, then the operation, then the revision. A decision without change writes nothing.
    /// </summary>
    /// <exception cref="ArgumentException">The decision is about another run, rests on events that are not stored, changes an end or a final intent, or is too large for a transaction.</exception>
    Task<WriteResult> ApplyAsync(RunId runId, EngineRef engine, ApplyRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Makes another engine the writer, if <paramref name="head"/> is still current. Its cycles begin anew; the revision stays. What the
    /// caller noted in the head is stored with it. <see cref="WriteResult.Repeated"/> means that somebody else did the same.
    /// </summary>
    /// <param name="head">The head as read.</param>
    /// <param name="next">The engine to be.</param>
    /// <param name="replacement">What the audit trail is to say of it, stored in the same transaction; null for a successor of an engine that had done its work.</param>
    /// <param name="cancellationToken">Cancels; the outcome is then unknown to the caller.</param>
    /// <exception cref="ArgumentException">The generation is not higher than the current one.</exception>
    Task<WriteResult> ReplaceEngineAsync(RunHead head, EngineRef next, EngineReplacement? replacement, CancellationToken cancellationToken);

    /// <summary>Replacements of the engine by generations after the given one, in order.</summary>
    Task<IReadOnlyList<EngineReplacement>> ReadEngineReplacementsAsync(RunId runId, long after, int limit, CancellationToken cancellationToken);

    /// <summary>
    /// Changes the policy of a live run, with a row that says who changed what, in one transaction. No engine is needed for it: the
    /// revision rises, so that a decision under way is taken again. A policy that is the same writes nothing.
    /// </summary>
    /// <param name="head">The head as read; its revision is the condition.</param>
    /// <param name="policy">The policy to be.</param>
    /// <param name="author">Who changes it and why.</param>
    /// <param name="cancellationToken">Cancels; the outcome is then unknown to the caller.</param>
    /// <exception cref="ArgumentException">The run has ended.</exception>
    Task<WriteResult> ChangePolicyAsync(RunHead head, RunPolicy policy, PolicyAuthor author, CancellationToken cancellationToken);

    /// <summary>Changes of the policy after a number, in order.</summary>
    Task<IReadOnlyList<PolicyChange>> ReadPolicyChangesAsync(RunId runId, long after, int limit, CancellationToken cancellationToken);

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

    /// <summary>An intent as it stands, or null if the run has none of this id.</summary>
    Task<Intent?> FindIntentAsync(RunId runId, IntentId intent, CancellationToken cancellationToken);

    /// <summary>Intents with numbers after the given one, in order of their numbers.</summary>
    Task<IReadOnlyList<Intent>> ReadIntentsAsync(RunId runId, long after, int limit, CancellationToken cancellationToken);

    /// <summary>Notes an event that nobody could read. The same id is noted once. It touches nothing else of the run.</summary>
    Task RejectEventAsync(RunId runId, RejectedEvent rejected, CancellationToken cancellationToken);

    /// <summary>Events that nobody could read, in no particular order.</summary>
    Task<IReadOnlyList<RejectedEvent>> ReadRejectedEventsAsync(RunId runId, int limit, CancellationToken cancellationToken);
}
