using Microsoft.Extensions.Logging;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Documents;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Purging;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Index;

/// <inheritdoc cref="IRunIndex"/>
internal sealed partial class RunIndex(
    IStorageGateway gateway, ActiveRows active, SpriteClaims claims, PurgingRows purging, TimeProvider time, ILogger<RunIndex> logger) : IRunIndex
{
    /// <summary>Runs on one page at most.</summary>
    public const int MaximumLimit = 200;

    /// <summary>Rows looked at for one page at most; bounds the time a search for a rare label takes.</summary>
    public const int MaximumScan = 2000;

    /// <inheritdoc/>
    public async Task<RunListPage> ListAsync(RunFilter filter, string? continuation, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaximumLimit);
        var query = new RowQuery
        {
            PartitionKey = IndexKeys.List,
            After = continuation is null ? null : Continuation.Read(filter, continuation),
            Equal = ListRow.ConditionsOf(filter),

            // One more than asked for tells whether there is another page; where labels are compared here, full pages spare requests.
            PageSize = filter.Label is null ? limit + 1 : 1000,
        };

        var items = new List<RunListItem>();
        var (scanned, last) = (0, string.Empty);
        await foreach (var row in gateway.QueryAsync(StorageTable.LoopRunIndex, query, cancellationToken))
        {
            if (items.Count == limit || scanned == MaximumScan)
            {
                return new RunListPage(items, Continuation.Write(filter, last));
            }

            var item = await ListRow.ReadAsync(row, gateway, cancellationToken);
            if (ListRow.Matches(item, filter))
            {
                items.Add(item);
            }

            (scanned, last) = (scanned + 1, row.RowKey);
        }

        return new RunListPage(items, null);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ActiveRun>> ListActiveAsync(CancellationToken cancellationToken)
    {
        var runs = new List<ActiveRun>();
        await foreach (var row in active.AllAsync(cancellationToken))
        {
            runs.Add(new ActiveRun(RunId.Parse(row.RowKey), row.Time(RowProperties.Since) ?? time.GetUtcNow()) { Ended = row.Flag(RowProperties.Ended) });
        }

        return runs;
    }

    /// <inheritdoc/>
    public async Task SynchronizeAsync(RunHead head, CancellationToken cancellationToken)
    {
        // What is being deleted takes its rows along.
        if (head.Purging || !await WriteListRowAsync(head, again: false, cancellationToken))
        {
            return;
        }

        await SettleAsync(head, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<int> RemoveOrphansAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var removed = 0;
        await foreach (var row in active.AllAsync(cancellationToken))
        {
            try
            {
                removed += await RemoveIfOrphanAsync(row, now, cancellationToken) ? 1 : 0;
            }
            catch (UnreadableDocumentException exception)
            {
                // There is a head, hence it is no orphan.
                logger.PassOver(exception);
            }
        }

        return removed + await claims.RemoveOrphansAsync(now, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<RunId?> FindHolderAsync(SpriteName sprite, CancellationToken cancellationToken) => claims.FindHolderAsync(sprite, cancellationToken);

    /// <inheritdoc/>
    public async Task<int> RebuildAsync(CancellationToken cancellationToken)
    {
        var indexed = 0;
        await foreach (var row in gateway.QueryAsync(StorageTable.LoopRuns, new RowQuery { RowKey = RowKeys.Head }, cancellationToken))
        {
            var head = await HeadRow.ReadAsync(row, gateway, cancellationToken);
            if (head.Purging)
            {
                await purging.EnsureAsync(head, cancellationToken);
                continue;
            }

            await WriteListRowAsync(head, again: true, cancellationToken);
            if (head.Run.Lifecycle.Quiescence != Quiescence.Proven)
            {
                var spec = head.Run.Spec;
                var holder = await claims.RestoreAsync(spec.Sprite.Name, spec.RunId, cancellationToken);
                if (holder != spec.RunId)
                {
                    LogContested(spec.Sprite.Name, spec.RunId, holder);
                }
            }

            await SettleAsync(head, cancellationToken);
            indexed++;
        }

        await foreach (var row in gateway.QueryAsync(StorageTable.LoopRunIndex, new RowQuery { PartitionKey = IndexKeys.List }, cancellationToken))
        {
            var item = await ListRow.ReadAsync(row, gateway, cancellationToken);
            if (await HeadRow.FindAsync(gateway, item.RunId, cancellationToken) is null)
            {
                await gateway.WriteOneAsync(StorageTable.LoopRunIndex, IndexKeys.List, RowWrite.Delete(row.RowKey, row.ETag), cancellationToken);
            }
        }

        return indexed;
    }

    private async Task<bool> RemoveIfOrphanAsync(TableRow row, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var runId = RunId.Parse(row.RowKey);
        if (now - row.Time(RowProperties.Since) <= SpriteClaims.OrphanAge
            || await HeadRow.FindAsync(gateway, runId, cancellationToken) is not null
            || !await CreationMark.AbandonAsync(gateway, runId, cancellationToken)
            || !await active.RemoveAsync(row, cancellationToken))
        {
            return false;
        }

        // A creation that began after the mark was set may have relied on the row; it looks again once its head stands, as this does.
        if (await HeadRow.FindAsync(gateway, runId, cancellationToken) is { } head)
        {
            await SettleAsync(head, cancellationToken);
        }
        else
        {
            LogOrphan(runId);
        }

        return true;
    }

    /// <summary>Writes the list row. Returns false, having written nothing, if the row is of a newer head.</summary>
    private async Task<bool> WriteListRowAsync(RunHead head, bool again, CancellationToken cancellationToken)
    {
        var item = ListRow.ItemOf(head);
        var key = ListRow.KeyOf(head);
        while (true)
        {
            var row = await gateway.FindAsync(StorageTable.LoopRunIndex, IndexKeys.List, key, cancellationToken);
            var stored = row?.Number(RowProperties.Revision) ?? 0;
            if (row is not null && stored > item.Revision)
            {
                return false;
            }

            if (row is not null && stored == item.Revision && !again)
            {
                return true;
            }

            var write = row is null
                ? RowWrite.Insert(key, ListRow.Properties(item))
                : RowWrite.Replace(key, row.ETag, ListRow.Properties(item));
            if (await gateway.WriteOneAsync(StorageTable.LoopRunIndex, IndexKeys.List, write, cancellationToken) == WriteStatus.Written)
            {
                return true;
            }
        }
    }

    /// <summary>Claim and active row as the head wants them; the claim goes first, so that a crash in between leaves a row to finish by.</summary>
    private async Task SettleAsync(RunHead head, CancellationToken cancellationToken)
    {
        var (spec, lifecycle) = (head.Run.Spec, head.Run.Lifecycle);
        if (!lifecycle.State.IsTerminal())
        {
            await active.EnsureAsync(spec.RunId, spec.Sprite.Name, cancellationToken);
        }
        else if (lifecycle.Quiescence == Quiescence.Proven)
        {
            await claims.ReleaseAsync(spec.Sprite.Name, spec.RunId, cancellationToken);
            await active.RemoveAsync(spec.RunId, cancellationToken);
        }
        else
        {
            await active.MarkEndedAsync(spec.RunId, spec.Sprite.Name, cancellationToken);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "Removed the active row of {RunId}: its creation was never completed.")]
    private partial void LogOrphan(RunId runId);

    [LoggerMessage(2, LogLevel.Error, "Sprite {Sprite} should be held by {RunId} but is held by {Holder}.")]
    private partial void LogContested(SpriteName sprite, RunId runId, RunId holder);
}
