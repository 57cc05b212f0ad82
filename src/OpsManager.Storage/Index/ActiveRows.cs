using OpsManager.Core.Runs;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Index;

/// <summary>The rows of runs that somebody must look after.</summary>
internal sealed class ActiveRows(IStorageGateway gateway, TimeProvider time)
{
    /// <summary>Makes sure that the run has one. The claim it names is what its removal as an orphan gives back.</summary>
    public async Task EnsureAsync(RunId runId, SpriteName sprite, CancellationToken cancellationToken)
    {
        // Found or inserted: when it is written does not matter to a creation, whose mark guards it.
        if (await gateway.FindAsync(StorageTable.LoopRunIndex, IndexKeys.Active, runId.Value, cancellationToken) is null)
        {
            await gateway.WriteOneAsync(
                StorageTable.LoopRunIndex,
                IndexKeys.Active,
                RowWrite.Insert(runId.Value, RowProperties.Plain(WriteIds.Next(), (RowProperties.Since, time.GetUtcNow()), (RowProperties.Sprite, sprite.Value))),
                cancellationToken);
        }
    }

    /// <summary>Notes that the run has ended but still holds its sprite.</summary>
    public async Task MarkEndedAsync(RunId runId, SpriteName sprite, CancellationToken cancellationToken)
    {
        var row = await gateway.FindAsync(StorageTable.LoopRunIndex, IndexKeys.Active, runId.Value, cancellationToken);
        if (row is not null && row.Flag(RowProperties.Ended))
        {
            return;
        }

        // Merging cannot be refused and comes to the same however often it happens.
        await gateway.WriteOneAsync(
            StorageTable.LoopRunIndex,
            IndexKeys.Active,
            RowWrite.Merge(runId.Value, RowProperties.Plain(
                WriteIds.Next(),
                (RowProperties.Since, row?.Time(RowProperties.Since) ?? time.GetUtcNow()),
                (RowProperties.Sprite, sprite.Value),
                (RowProperties.Ended, true))),
            cancellationToken);
    }

    /// <summary>Removes it if it is there.</summary>
    public async Task RemoveAsync(RunId runId, CancellationToken cancellationToken)
    {
        while (await gateway.FindAsync(StorageTable.LoopRunIndex, IndexKeys.Active, runId.Value, cancellationToken) is { } row)
        {
            if (await RemoveAsync(row, cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>Removes a row if it is still as it was read. Returns whether it is gone.</summary>
    public async Task<bool> RemoveAsync(TableRow row, CancellationToken cancellationToken) =>
        await gateway.WriteOneAsync(StorageTable.LoopRunIndex, IndexKeys.Active, RowWrite.Delete(row.RowKey, row.ETag), cancellationToken)
            == WriteStatus.Written;

    /// <summary>All of them.</summary>
    public IAsyncEnumerable<TableRow> AllAsync(CancellationToken cancellationToken) =>
        gateway.QueryAsync(StorageTable.LoopRunIndex, new RowQuery { PartitionKey = IndexKeys.Active }, cancellationToken);
}
