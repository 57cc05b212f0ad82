using System.Globalization;
using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Storage.Documents;
using OpsManager.Storage.Escalations;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Notifications;

namespace OpsManager.Storage.Runs;

/// <inheritdoc cref="IRunStore"/>
internal sealed class RunStore(IStorageGateway gateway, RunCreator creator, NotificationMarkers markers) : IRunStore
{
    /// <summary>How often a decision is tried against a head that changes without changing its revision, which only polls do.</summary>
    private const int ApplyAttempts = 8;

    private readonly HeadWriter _heads = new(gateway);
    private readonly RunReader _rows = new(gateway);

    /// <inheritdoc/>
    public Task<CreateRunResult> CreateAsync(NewRun run, CancellationToken cancellationToken) => creator.CreateAsync(run, cancellationToken);

    /// <inheritdoc/>
    public Task<RunHead?> FindAsync(RunId runId, CancellationToken cancellationToken) => HeadRow.FindAsync(gateway, runId, cancellationToken);

    /// <inheritdoc/>
    public async Task<WriteResult> AppendEventsAsync(RunHead head, EngineRef engine, IReadOnlyList<StoredEvent> events, LogPosition log, CancellationToken cancellationToken)
    {
        if (!MayWrite(head, engine))
        {
            return await RefuseAsync(head.Run.Spec.RunId, engine, cancellationToken);
        }

        var fresh = events.SkipWhile(item => item.Sequence <= head.StoredThrough).ToList();
        for (var at = 0; at < fresh.Count; at++)
        {
            if (fresh[at].Sequence != head.StoredThrough + 1 + at)
            {
                throw new ArgumentException($"Event {fresh[at].Sequence} follows {head.StoredThrough + at}: there is a gap or a repetition.", nameof(events));
            }
        }

        if (fresh.Count == 0)
        {
            return events.Count > 0 ? new WriteResult.Repeated(head)
                : log == head.Log ? new WriteResult.Written(head)
                : await WriteHeadAsync(head, head with { Log = log }, engine, null, cancellationToken);
        }

        WriteResult result = new WriteResult.Written(head);
        foreach (var chunk in EventRows.Cut(head.Run.Spec.RunId, fresh))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (var row in chunk.Rows)
            {
                if (row.Payload.Blob is { } blob)
                {
                    await gateway.PutBlobAsync(blob.Name, blob.Content, cancellationToken);
                }
            }

            var next = head with
            {
                StoredThrough = chunk.Last.Sequence,
                Log = chunk.Last.Sequence == fresh[^1].Sequence ? log : PositionAfter(chunk.Last, head.Log, log),
                Revision = head.Revision + 1,
            };
            result = await WriteHeadAsync(head, next, engine, write => [.. chunk.Rows.Select(row => row.Insert(write))], cancellationToken);
            if (result is not WriteResult.Written written)
            {
                return result;
            }

            head = written.Head;
            if (!MayWrite(head, engine))
            {
                // Written, and the engine was replaced right after: the rest is its successor's.
                return new WriteResult.Fenced();
            }
        }

        return result;
    }

    /// <inheritdoc/>
    public async Task<WriteResult> RecordPollAsync(RunHead head, EngineRef engine, PollRecord record, CancellationToken cancellationToken)
    {
        var runId = head.Run.Spec.RunId;
        if (!MayWrite(head, engine))
        {
            return await RefuseAsync(runId, engine, cancellationToken);
        }

        var snapshot = record.Snapshot is { } given && given.ContentHash != head.SnapshotHash ? given : null;
        var repeated = record.Poll.Cycle > 0 && record.Poll.Cycle == head.Poll.Cycle;
        if (repeated && snapshot is null && record.Log == head.Log)
        {
            return new WriteResult.Repeated(head);
        }

        var next = head with { Poll = repeated ? CountOnce(head.Poll, record.Poll) : record.Poll, Log = record.Log };
        var result = snapshot is null
            ? await WriteHeadAsync(head, next, engine, null, cancellationToken)
            : await WriteSnapshotAsync(head, next, engine, snapshot, cancellationToken);

        // Somebody wrote the head right after this very poll was recorded: it is recorded all the same.
        if (result is WriteResult.Stale && snapshot is null && record.Poll.Cycle > 0
            && await FindAsync(runId, cancellationToken) is { } now && MayWrite(now, engine) && now.Poll == next.Poll && now.Log == next.Log)
        {
            return new WriteResult.Written(now);
        }

        return result;
    }

    /// <inheritdoc/>
    public async Task<WriteResult> ApplyAsync(RunId runId, EngineRef engine, ApplyRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < ApplyAttempts; attempt++)
        {
            var head = await FindAsync(runId, cancellationToken);
            if (head is null || !MayWrite(head, engine))
            {
                return new WriteResult.Fenced();
            }

            if (head.LastOperation == request.Operation)
            {
                return new WriteResult.Repeated(head);
            }

            if (head.Revision != request.ExpectedRevision)
            {
                return new WriteResult.Stale();
            }

            if (!request.Decision.Changed)
            {
                return new WriteResult.Written(head);
            }

            Check(head, request.Decision);
            if (attempt == 0)
            {
                await markers.WriteAsync(runId, request.Operation, request.ExpectedRevision, request.Decision, cancellationToken);
            }

            // Only the decided part is the decision's; cursor, log and poll are whatever was stored meanwhile.
            var next = head with { Run = request.Decision.Run, Revision = head.Revision + 1, LastOperation = request.Operation };
            switch (await _heads.CommitAsync(head, next, write => [.. DecisionRows(request.Decision, write), .. IntentRows.Of(head, request.Decision, write)], cancellationToken))
            {
                case HeadCommit.Done done:
                    return new WriteResult.Written(done.Head);
                case HeadCommit.Gone:
                    return new WriteResult.Fenced();
            }
        }

        return new WriteResult.Stale();
    }

    /// <inheritdoc/>
    public async Task<WriteResult> ReplaceEngineAsync(RunHead head, EngineRef next, EngineReplacement? replacement, CancellationToken cancellationToken)
    {
        if (head.Purging)
        {
            return new WriteResult.Fenced();
        }

        if (head.Engine == next)
        {
            return new WriteResult.Repeated(head);
        }

        if (next.Generation <= head.Engine.Generation)
        {
            throw new ArgumentException($"Generation {next.Generation} does not follow {head.Engine.Generation}.", nameof(next));
        }

        // Cycles are numbered within a generation.
        var replaced = head with { Engine = next, Poll = head.Poll with { Cycle = 0 } };
        return await _heads.CommitAsync(head, replaced, replacement is null ? null : write => [EngineReplacementRow(replacement, write)], cancellationToken) switch
        {
            HeadCommit.Done done => new WriteResult.Written(done.Head),
            HeadCommit.Lost { Head: var now } when now.Engine == next => new WriteResult.Repeated(now),
            HeadCommit.Lost => new WriteResult.Stale(),
            _ => new WriteResult.Fenced(),
        };
    }

    /// <inheritdoc/>
    public async Task<WriteResult> ChangePolicyAsync(RunHead head, RunPolicy policy, PolicyAuthor author, CancellationToken cancellationToken)
    {
        var revision = head.Revision;
        for (var attempt = 0; attempt < ApplyAttempts; attempt++)
        {
            if (head.Purging)
            {
                return new WriteResult.Fenced();
            }

            if (head.Run.Lifecycle.State.IsTerminal())
            {
                throw new ArgumentException($"Run {head.Run.Spec.RunId} has ended; its policy stays as it was.", nameof(head));
            }

            var differences = PolicyFields.Differences(head.Run.Policy, policy);
            if (differences.Count == 0)
            {
                return new WriteResult.Repeated(head);
            }

            var change = new PolicyChange
            {
                Number = head.PolicyChangeCount + 1,
                At = author.At,
                By = author.By,
                Note = author.Note,
                Changes = differences.ToValueList(),
                TraceParent = author.TraceParent,
            };
            if (attempt == 0 && policy.MuteUntil != head.Run.Policy.MuteUntil)
            {
                await MarkMuteAsync(head, change.Number, cancellationToken);
            }

            var next = head with { Run = head.Run with { Policy = policy }, PolicyChangeCount = change.Number, Revision = head.Revision + 1 };
            switch (await _heads.CommitAsync(head, next, write => [PolicyChangeRow(change, write)], cancellationToken))
            {
                case HeadCommit.Done done:
                    return new WriteResult.Written(done.Head);
                case HeadCommit.Lost { Head: var now } when now.Revision == revision:
                    // A poll was recorded meanwhile, which no client sees.
                    head = now;
                    break;
                case HeadCommit.Lost:
                    return new WriteResult.Stale();
                default:
                    return new WriteResult.Fenced();
            }
        }

        return new WriteResult.Stale();
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<EngineReplacement>> ReadEngineReplacementsAsync(RunId runId, long after, int limit, CancellationToken cancellationToken) =>
        _rows.ReadEngineReplacementsAsync(runId, after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<PolicyChange>> ReadPolicyChangesAsync(RunId runId, long after, int limit, CancellationToken cancellationToken) =>
        _rows.ReadPolicyChangesAsync(runId, after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredEvent>> ReadEventsAsync(RunId runId, long after, int limit, CancellationToken cancellationToken) =>
        _rows.ReadEventsAsync(runId, after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<StoredSnapshot?> FindLatestSnapshotAsync(RunId runId, CancellationToken cancellationToken) =>
        _rows.FindLatestSnapshotAsync(runId, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredSnapshot>> ReadSnapshotsAsync(RunId runId, long? before, int limit, CancellationToken cancellationToken) =>
        _rows.ReadSnapshotsAsync(runId, before, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Transition>> ReadTransitionsAsync(RunId runId, long after, int limit, CancellationToken cancellationToken) =>
        _rows.ReadTransitionsAsync(runId, after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredEscalation>> ReadEscalationsAsync(RunId runId, long after, int limit, CancellationToken cancellationToken) =>
        _rows.ReadEscalationsAsync(runId, after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<Intent?> FindIntentAsync(RunId runId, IntentId intent, CancellationToken cancellationToken) =>
        _rows.FindIntentAsync(runId, intent, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Intent>> ReadIntentsAsync(RunId runId, long after, int limit, CancellationToken cancellationToken) =>
        _rows.ReadIntentsAsync(runId, after, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RejectedEvent>> ReadRejectedEventsAsync(RunId runId, int limit, CancellationToken cancellationToken) =>
        _rows.ReadRejectedEventsAsync(runId, limit, cancellationToken);

    /// <inheritdoc/>
    public async Task RejectEventAsync(RunId runId, RejectedEvent rejected, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rejected);
        var properties = RowProperties.With(
            Payload.EncodeDocument(DocumentFormat<RejectedEvent>.Write(rejected)), RunFormats.RejectedEvent.Version, WriteIds.Next());

        // Whoever asks again looks at the same event; the first look stays.
        await gateway.WriteOneAsync(StorageTable.LoopRuns, runId.Value, RowWrite.Insert(RowKeys.RejectedEvent(rejected.Id), properties), cancellationToken);
    }

    /// <summary>What is open is looked at again: what is to be said of it carries until when the run is mute.</summary>
    private Task MarkMuteAsync(RunHead head, long number, CancellationToken cancellationToken)
    {
        var open = head.Run.Escalations.Select(static escalation => new EscalationMention(escalation.Number, escalation.Code)).ToValueList();
        return open.Count == 0
            ? Task.CompletedTask
            : markers.WriteAsync(head.Run.Spec.RunId, string.Create(CultureInfo.InvariantCulture, $"policy-{number}"), head.Revision, open, cancellationToken);
    }

    private static RowWrite PolicyChangeRow(PolicyChange change, string write) => RowWrite.Insert(
        RowKeys.PolicyChange(change.Number),
        RowProperties.With(Payload.EncodeDocument(DocumentFormat<PolicyChange>.Write(change)), RunFormats.PolicyChange.Version, write));

    private static RowWrite EngineReplacementRow(EngineReplacement replacement, string write) => RowWrite.Insert(
        RowKeys.EngineReplacement(replacement.Generation),
        RowProperties.With(Payload.EncodeDocument(DocumentFormat<EngineReplacement>.Write(replacement)), RunFormats.EngineReplacement.Version, write));

    private static bool MayWrite(RunHead head, EngineRef engine) => head.Engine == engine && !head.Purging;

    private static LogPosition PositionAfter(StoredEvent last, LogPosition before, LogPosition after) => after with
    {
        Epoch = last.Epoch,
        Line = last.Line,
        Identity = last.Epoch == after.Epoch ? after.Identity : before.Identity,
    };

    /// <summary>The second record of a cycle tells what it saw, but a failure the first one counted is not counted again.</summary>
    private static PollStatus CountOnce(PollStatus first, PollStatus second) =>
        first.FailureStreak > 0 && second.FailureStreak > 0
            ? second with { FailureStreak = first.FailureStreak, FailingSince = first.FailingSince }
            : second;

    private static void Check(RunHead head, Decision decision)
    {
        if (decision.Run.Spec.RunId != head.Run.Spec.RunId)
        {
            throw new ArgumentException($"The decision is about run {decision.Run.Spec.RunId}, the head about {head.Run.Spec.RunId}.", nameof(decision));
        }

        if (decision.Run.Evidence.Through > head.StoredThrough)
        {
            throw new ArgumentException($"The decision rests on event {decision.Run.Evidence.Through}; only {head.StoredThrough} are stored.", nameof(decision));
        }

        if (head.Run.Lifecycle.State.IsTerminal() && decision.Run.Lifecycle.State != head.Run.Lifecycle.State)
        {
            throw new ArgumentException($"Run {head.Run.Spec.RunId} has ended {head.Run.Lifecycle.State}; an end never changes.", nameof(decision));
        }

        IntentRows.Check(head, decision);
        var rows = 1 + decision.Transitions.Count + decision.Intents.Count + decision.Effects.Count(static effect => effect is Effect.RaiseEscalation or Effect.ResolveEscalation);
        if (rows > TableLimits.TransactionRows)
        {
            throw new ArgumentException($"The decision has {rows} rows; one transaction takes {TableLimits.TransactionRows}.", nameof(decision));
        }
    }

    private static List<RowWrite> DecisionRows(Decision decision, string write)
    {
        var rows = decision.Transitions
            .Select(item => RowWrite.Insert(
                RowKeys.Transition(item.Number),
                RowProperties.With(Payload.EncodeDocument(DocumentFormat<Transition>.Write(item)), RunFormats.Transition.Version, write)))
            .ToList();

        rows.AddRange(EscalationRows.Of(decision, write));
        return rows;
    }

    private async Task<WriteResult> WriteSnapshotAsync(RunHead head, RunHead next, EngineRef engine, NewSnapshot snapshot, CancellationToken cancellationToken)
    {
        var key = RowKeys.Snapshot(head.SnapshotCount + 1);
        var payload = Payload.Encode(snapshot.Envelope.Span, $"{head.Run.Spec.RunId}/{key}");
        if (payload.Blob is { } blob)
        {
            await gateway.PutBlobAsync(blob.Name, blob.Content, cancellationToken);
        }

        next = next with { SnapshotCount = head.SnapshotCount + 1, SnapshotHash = snapshot.ContentHash, Revision = head.Revision + 1 };
        return await WriteHeadAsync(
            head,
            next,
            engine,
            write =>
            [
                RowWrite.Insert(key, RowProperties.With(
                    payload.Properties,
                    RunFormats.SnapshotVersion,
                    write,
                    (RowProperties.ReceivedAt, snapshot.ReceivedAt),
                    (RowProperties.EventSequence, head.StoredThrough))),
            ],
            cancellationToken);
    }

    private async Task<WriteResult> WriteHeadAsync(
        RunHead head, RunHead next, EngineRef engine, Func<string, IReadOnlyList<RowWrite>>? rows, CancellationToken cancellationToken) =>
        await _heads.CommitAsync(head, next, rows, cancellationToken) switch
        {
            HeadCommit.Done done => new WriteResult.Written(done.Head),
            HeadCommit.Lost { Head: var now } when MayWrite(now, engine) => new WriteResult.Stale(),
            _ => new WriteResult.Fenced(),
        };

    /// <summary>The head at hand names another engine; whether the writer is out or merely looks at an old head, the stored one says.</summary>
    private async Task<WriteResult> RefuseAsync(RunId runId, EngineRef engine, CancellationToken cancellationToken) =>
        await FindAsync(runId, cancellationToken) is { } head && MayWrite(head, engine) ? new WriteResult.Stale() : new WriteResult.Fenced();
}
