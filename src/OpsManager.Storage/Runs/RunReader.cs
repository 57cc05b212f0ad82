using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;
using OpsManager.Storage.Documents;
using OpsManager.Storage.Escalations;
using OpsManager.Storage.Gateway;

namespace OpsManager.Storage.Runs;

/// <summary>Reads the rows beside a run's head.</summary>
internal sealed class RunReader(IStorageGateway gateway)
{
    /// <summary>Changes of the policy, in order.</summary>
    public Task<IReadOnlyList<PolicyChange>> ReadPolicyChangesAsync(RunId runId, long after, int limit, CancellationToken cancellationToken) =>
        TakeAsync(RowsAfter(runId, RowKeys.PolicyChangePrefix, after, limit, cancellationToken), RunFormats.PolicyChange, limit, cancellationToken);

    /// <summary>Replacements of the engine, in order.</summary>
    public Task<IReadOnlyList<EngineReplacement>> ReadEngineReplacementsAsync(RunId runId, long after, int limit, CancellationToken cancellationToken) =>
        TakeAsync(RowsAfter(runId, RowKeys.EngineReplacementPrefix, after, limit, cancellationToken), RunFormats.EngineReplacement, limit, cancellationToken);

    /// <summary>Events, in order.</summary>
    public async Task<IReadOnlyList<StoredEvent>> ReadEventsAsync(RunId runId, long after, int limit, CancellationToken cancellationToken)
    {
        var events = new List<StoredEvent>();
        await foreach (var row in RowsAfter(runId, RowKeys.EventPrefix, after, limit, cancellationToken))
        {
            var content = await Payload.DecodeAsync(row, gateway, cancellationToken);
            events.AddRange(EventPack.Read(row, content).Where(item => item.Sequence > after).Take(limit - events.Count));
            if (events.Count == limit)
            {
                break;
            }
        }

        return events;
    }

    /// <summary>The newest snapshot; null if there is none.</summary>
    public async Task<StoredSnapshot?> FindLatestSnapshotAsync(RunId runId, CancellationToken cancellationToken)
    {
        var head = await HeadRow.FindAsync(gateway, runId, cancellationToken);
        if (head is null or { SnapshotCount: 0 })
        {
            return null;
        }

        var row = await gateway.FindAsync(StorageTable.LoopRuns, runId.Value, RowKeys.Snapshot(head.SnapshotCount), cancellationToken);
        return row is null ? null : await ReadSnapshotAsync(row, cancellationToken);
    }

    /// <summary>Snapshots, newest first.</summary>
    public async Task<IReadOnlyList<StoredSnapshot>> ReadSnapshotsAsync(RunId runId, long? before, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        if ((before ?? await CountSnapshotsAsync(runId, cancellationToken) + 1) is var end && end <= 1)
        {
            return [];
        }

        // Numbers have no gaps and rows come in ascending order only: the page is the range of numbers just before the end.
        var snapshots = new List<StoredSnapshot>();
        var query = new RowQuery
        {
            PartitionKey = runId.Value,
            After = RowKeys.Snapshot(Math.Max(0, end - 1 - limit)),
            Before = RowKeys.Snapshot(end),
            PageSize = limit,
        };
        await foreach (var row in gateway.QueryAsync(StorageTable.LoopRuns, query, cancellationToken))
        {
            snapshots.Add(await ReadSnapshotAsync(row, cancellationToken));
        }

        snapshots.Reverse();
        return snapshots;
    }

    /// <summary>Steps of the lifecycle, in order.</summary>
    public Task<IReadOnlyList<Transition>> ReadTransitionsAsync(RunId runId, long after, int limit, CancellationToken cancellationToken) =>
        TakeAsync(RowsAfter(runId, RowKeys.TransitionPrefix, after, limit, cancellationToken), RunFormats.Transition, limit, cancellationToken);

    /// <summary>Escalations, in order.</summary>
    public async Task<IReadOnlyList<StoredEscalation>> ReadEscalationsAsync(RunId runId, long after, int limit, CancellationToken cancellationToken)
    {
        var escalations = new List<StoredEscalation>();
        await foreach (var row in RowsAfter(runId, RowKeys.EscalationPrefix, after, limit, cancellationToken))
        {
            // A resolution of what was never raised leaves a row without a document; it must not hide the others.
            if (await EscalationRows.ReadAsync(row, gateway, cancellationToken) is not { } escalation)
            {
                continue;
            }

            escalations.Add(escalation);
            if (escalations.Count == limit)
            {
                break;
            }
        }

        return escalations;
    }

    /// <summary>An intent; null if there is none.</summary>
    public async Task<Intent?> FindIntentAsync(RunId runId, IntentId intent, CancellationToken cancellationToken) =>
        await gateway.FindAsync(StorageTable.LoopRuns, runId.Value, RowKeys.Intent(intent), cancellationToken) is { } row
            ? RunFormats.Intent.Read(row, await Payload.DecodeAsync(row, gateway, cancellationToken))
            : null;

    /// <summary>Intents, in the order in which they were asked.</summary>
    public async Task<IReadOnlyList<Intent>> ReadIntentsAsync(RunId runId, long after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);

        // Keys are ids, so that an intent is found by its id alone; their order is not that of the numbers. Runs have few intents.
        var rows = new List<(long Number, TableRow Row)>();
        var query = new RowQuery { PartitionKey = runId.Value, After = RowKeys.IntentPrefix, Before = RowKeys.EndOf(RowKeys.IntentPrefix) };
        await foreach (var row in gateway.QueryAsync(StorageTable.LoopRuns, query, cancellationToken))
        {
            if (row.Number(RowProperties.Number) is { } number && number > after)
            {
                rows.Add((number, row));
            }
        }

        var intents = new List<Intent>();
        foreach (var (_, row) in rows.OrderBy(static item => item.Number).Take(limit))
        {
            intents.Add(RunFormats.Intent.Read(row, await Payload.DecodeAsync(row, gateway, cancellationToken)));
        }

        return intents;
    }

    /// <summary>Events that nobody could read.</summary>
    public Task<IReadOnlyList<RejectedEvent>> ReadRejectedEventsAsync(RunId runId, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var query = new RowQuery { PartitionKey = runId.Value, After = RowKeys.RejectedEventPrefix, Before = RowKeys.EndOf(RowKeys.RejectedEventPrefix), PageSize = limit };
        return TakeAsync(gateway.QueryAsync(StorageTable.LoopRuns, query, cancellationToken), RunFormats.RejectedEvent, limit, cancellationToken);
    }

    private async Task<IReadOnlyList<T>> TakeAsync<T>(IAsyncEnumerable<TableRow> rows, DocumentFormat<T> format, int limit, CancellationToken cancellationToken)
        where T : class =>
        await rows
            .Take(limit)
            .Select(async (TableRow row, CancellationToken cancellation) => format.Read(row, await Payload.DecodeAsync(row, gateway, cancellation)))
            .ToListAsync(cancellationToken);

    private IAsyncEnumerable<TableRow> RowsAfter(RunId runId, string prefix, long after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var query = new RowQuery
        {
            PartitionKey = runId.Value,
            After = RowKeys.Numbered(prefix, after),
            Before = RowKeys.EndOf(prefix),
            PageSize = limit,
        };
        return gateway.QueryAsync(StorageTable.LoopRuns, query, cancellationToken);
    }

    private async Task<StoredSnapshot> ReadSnapshotAsync(TableRow row, CancellationToken cancellationToken)
    {
        if (row.Number(RowProperties.Version) is not RunFormats.SnapshotVersion
            || row.Time(RowProperties.ReceivedAt) is not { } receivedAt
            || row.Number(RowProperties.EventSequence) is not { } eventSequence)
        {
            throw new UnreadableDocumentException($"The snapshot row {row.PartitionKey}/{row.RowKey} is damaged or newer than this program.");
        }

        return new StoredSnapshot(
            long.Parse(row.RowKey.AsSpan(RowKeys.SnapshotPrefix.Length)),
            receivedAt,
            eventSequence,
            await Payload.DecodeAsync(row, gateway, cancellationToken));
    }

    private async Task<long> CountSnapshotsAsync(RunId runId, CancellationToken cancellationToken) =>
        (await HeadRow.FindAsync(gateway, runId, cancellationToken))?.SnapshotCount ?? 0;
}
