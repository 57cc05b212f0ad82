using Microsoft.Extensions.Logging;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Index;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Purging;

/// <inheritdoc cref="IRunPurge"/>
internal sealed class RunPurge(
    IStorageGateway gateway, PurgingRows purging, ActiveRows active, SpriteClaims claims, TimeProvider time, ILogger<RunPurge> logger) : IRunPurge
{
    /// <summary>How often a mark is tried against a head that somebody else keeps writing.</summary>
    private const int MarkAttempts = 8;

    /// <summary>After this long, whoever wrote a purging row without marking the head is taken for dead.</summary>
    private static readonly TimeSpan MarkAge = TimeSpan.FromMinutes(5);

    /// <summary>A process that read the head before it was marked may still bring a row or a blob this long after it has gone.</summary>
    private static readonly TimeSpan LateWrites = TimeSpan.FromMinutes(5);

    private readonly HeadWriter _heads = new(gateway);
    private readonly PartitionSweeper _sweeper = new(gateway);
    private readonly OrphanBlobSearch _orphans = new(gateway);
    private readonly ExpiredRunSearch _expired = new(gateway, logger);

    /// <inheritdoc/>
    public async Task<PurgeMarking> MarkAsync(RunId runId, PurgeOrder order, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MarkAttempts; attempt++)
        {
            if (await HeadRow.FindAsync(gateway, runId, cancellationToken) is not { } head)
            {
                return new PurgeMarking.NotFound();
            }

            if (head.Purging)
            {
                await purging.EnsureAsync(head, cancellationToken);
                return new PurgeMarking.AlreadyMarked(head);
            }

            var (sprite, lifecycle) = (head.Run.Spec.Sprite.Name, head.Run.Lifecycle);
            if (!lifecycle.State.IsTerminal())
            {
                return new PurgeMarking.NotEnded(lifecycle.State);
            }

            if (lifecycle.Quiescence != Quiescence.Proven && !order.ReleaseClaim && await claims.FindHolderAsync(sprite, cancellationToken) == runId)
            {
                return new PurgeMarking.ClaimHeld(sprite);
            }

            await purging.EnsureAsync(head, cancellationToken);
            var marked = head with { Purging = true, Purge = order, Revision = head.Revision + 1 };
            if (await _heads.CommitAsync(head, marked, null, cancellationToken) is HeadCommit.Done done)
            {
                // Taken for that of a dead process, the row may have been removed before the head was marked.
                await purging.EnsureAsync(done.Head, cancellationToken);
                await RemoveListRowAsync(ListRow.KeyOf(done.Head), cancellationToken);
                return new PurgeMarking.Marked(done.Head);
            }
        }

        throw new StorageUnavailableException($"Run {runId} could not be marked for deletion: others kept changing its head.");
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<PurgingRun>> ListAsync(RunId? after, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var runs = new List<PurgingRun>();
        await foreach (var row in purging.AllAsync(after, limit, cancellationToken))
        {
            runs.Add(new PurgingRun(RunId.Parse(row.RowKey), row.Time(RowProperties.Since) ?? time.GetUtcNow()));
            if (runs.Count == limit)
            {
                break;
            }
        }

        return runs;
    }

    /// <inheritdoc/>
    public async Task<PurgeProgress> RemoveAsync(RunId runId, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        if (await purging.FindAsync(runId, cancellationToken) is not { } row)
        {
            return PurgeProgress.Finished;
        }

        if (await HeadRow.FindAsync(gateway, runId, cancellationToken) is not { } head)
        {
            return await FinishAsync(runId, row, limit, cancellationToken);
        }

        if (!head.Purging)
        {
            return time.GetUtcNow() - row.Time(RowProperties.Since) > MarkAge && await purging.RemoveAsync(row, cancellationToken)
                ? PurgeProgress.Abandoned
                : PurgeProgress.Waiting;
        }

        if (!await RemovePartsAsync(runId, row, limit, cancellationToken))
        {
            return PurgeProgress.More;
        }

        return await RemoveHeadAsync(head, cancellationToken)
            ? await FinishAsync(runId, row, limit, cancellationToken)
            : PurgeProgress.More;
    }

    /// <inheritdoc/>
    public Task<ExpiredRuns> FindExpiredAsync(DateTimeOffset endedBefore, string? continuation, int limit, CancellationToken cancellationToken) =>
        _expired.FindAsync(endedBefore, continuation, limit, cancellationToken);

    /// <inheritdoc/>
    public Task<OrphanBlobs> RemoveOrphanBlobsAsync(DateTimeOffset writtenBefore, string? continuation, int limit, CancellationToken cancellationToken) =>
        _orphans.RemoveAsync(writtenBefore, continuation, limit, cancellationToken);

    /// <summary>Everything but the head. Returns whether nothing of it is left.</summary>
    private async Task<bool> RemovePartsAsync(RunId runId, TableRow row, int limit, CancellationToken cancellationToken)
    {
        if (!await _sweeper.SweepAsync(runId, limit, cancellationToken))
        {
            return false;
        }

        if (row.Text(PurgeProperties.ListRow) is { } key)
        {
            await RemoveListRowAsync(key, cancellationToken);
        }

        await active.RemoveAsync(runId, cancellationToken);
        if (row.Text(RowProperties.Sprite) is { } sprite)
        {
            await claims.ReleaseAsync(SpriteName.Parse(sprite), runId, cancellationToken);
        }

        return true;
    }

    /// <summary>The head goes in the same transaction that notes in the creation row who wanted it gone.</summary>
    private async Task<bool> RemoveHeadAsync(RunHead head, CancellationToken cancellationToken)
    {
        var runId = head.Run.Spec.RunId;
        var order = head.Purge;
        RowWrite[] writes =
        [
            RowWrite.Delete(RowKeys.Head, head.StoreTag),
            RowWrite.Merge(RowKeys.Creation, RowProperties.Plain(
                WriteIds.Next(),
                (RowProperties.Abandoned, false),
                (PurgeProperties.PurgedAt, time.GetUtcNow()),
                (PurgeProperties.PurgeCause, order?.Cause),
                (PurgeProperties.PurgedBy, order?.By),
                (PurgeProperties.ClaimReleased, order is { ReleaseClaim: true } && head.Run.Lifecycle.Quiescence != Quiescence.Proven))),
        ];
        try
        {
            if ((await gateway.WriteAsync(StorageTable.LoopRuns, runId.Value, writes, cancellationToken)).Status == WriteStatus.Written)
            {
                return true;
            }
        }
        catch (StorageUnavailableException)
        {
            // Whether it happened is seen by what is there; if that cannot be seen either, the reading throws.
        }

        return await HeadRow.FindAsync(gateway, runId, cancellationToken) is null;
    }

    /// <summary>After the head: what slow writers brought, and at last the row by which all this is found.</summary>
    private async Task<PurgeProgress> FinishAsync(RunId runId, TableRow row, int limit, CancellationToken cancellationToken)
    {
        if (!await RemovePartsAsync(runId, row, limit, cancellationToken))
        {
            return PurgeProgress.More;
        }

        if (row.Time(PurgeProperties.EmptiedAt) is not { } emptiedAt)
        {
            await purging.NoteEmptiedAsync(row, cancellationToken);
            return PurgeProgress.Waiting;
        }

        return time.GetUtcNow() - emptiedAt >= LateWrites && await purging.RemoveAsync(row, cancellationToken)
            ? PurgeProgress.Finished
            : PurgeProgress.Waiting;
    }

    private async Task RemoveListRowAsync(string key, CancellationToken cancellationToken)
    {
        if (await gateway.FindAsync(StorageTable.LoopRunIndex, IndexKeys.List, key, cancellationToken) is not null)
        {
            await gateway.WriteOneAsync(StorageTable.LoopRunIndex, IndexKeys.List, RowWrite.Delete(key, RowWrite.AnyTag), cancellationToken);
        }
    }
}
