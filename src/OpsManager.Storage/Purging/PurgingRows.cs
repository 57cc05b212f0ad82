using OpsManager.Core.Runs;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Index;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Purging;

/// <summary>
/// The rows of runs that are being deleted: by them a deletion is found again. Each is written before its head is marked and outlives
/// the head.
/// </summary>
internal sealed class PurgingRows(IStorageGateway gateway, TimeProvider time)
{
    /// <summary>Makes sure that the run has one.</summary>
    public async Task EnsureAsync(RunHead head, CancellationToken cancellationToken)
    {
        var spec = head.Run.Spec;
        if (await FindAsync(spec.RunId, cancellationToken) is null)
        {
            await WriteAsync(
                RowWrite.Insert(
                    spec.RunId.Value,
                    RowProperties.Plain(
                        WriteIds.Next(),
                        (RowProperties.Since, time.GetUtcNow()),
                        (RowProperties.Sprite, spec.Sprite.Name.Value),
                        (PurgeProperties.ListRow, Index.ListRow.KeyOf(head)))),
                cancellationToken);
        }
    }

    /// <summary>The row of a run, or null.</summary>
    public Task<TableRow?> FindAsync(RunId runId, CancellationToken cancellationToken) =>
        gateway.FindAsync(StorageTable.LoopRunIndex, IndexKeys.Purging, runId.Value, cancellationToken);

    /// <summary>Notes that the head is gone, if the row is still as it was read.</summary>
    public Task NoteEmptiedAsync(TableRow row, CancellationToken cancellationToken)
    {
        var properties = new Dictionary<string, object>(row.Properties, StringComparer.Ordinal)
        {
            [RowProperties.Write] = WriteIds.Next(),
            [PurgeProperties.EmptiedAt] = time.GetUtcNow(),
        };
        return WriteAsync(RowWrite.Replace(row.RowKey, row.ETag, properties), cancellationToken);
    }

    /// <summary>Removes a row if it is still as it was read. Returns whether it is gone.</summary>
    public Task<bool> RemoveAsync(TableRow row, CancellationToken cancellationToken) => WriteAsync(RowWrite.Delete(row.RowKey, row.ETag), cancellationToken);

    /// <summary>All of them after a run's.</summary>
    public IAsyncEnumerable<TableRow> AllAsync(RunId? after, int expected, CancellationToken cancellationToken) =>
        gateway.QueryAsync(
            StorageTable.LoopRunIndex,
            new RowQuery { PartitionKey = IndexKeys.Purging, After = after?.Value, PageSize = expected },
            cancellationToken);

    private async Task<bool> WriteAsync(RowWrite write, CancellationToken cancellationToken) =>
        await gateway.WriteOneAsync(StorageTable.LoopRunIndex, IndexKeys.Purging, write, cancellationToken) == WriteStatus.Written;
}
