using OpsManager.Core.Runs;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Purging;

/// <summary>Removes what a run's partition and its blobs hold, but for the head and the creation row.</summary>
internal sealed class PartitionSweeper(IStorageGateway gateway)
{
    private const int BlobsAtOnce = 100;

    /// <summary>Removes. Returns whether nothing is left.</summary>
    public async Task<bool> SweepAsync(RunId runId, int limit, CancellationToken cancellationToken)
    {
        // A row names its blob and not the other way round: blobs first, so that a crash in between leaves none that nobody finds.
        var (blobs, removedBlobs) = await RemoveBlobsAsync(runId, limit, cancellationToken);
        return blobs && await RemoveRowsAsync(runId, limit - removedBlobs, cancellationToken);
    }

    private async Task<(bool Clean, int Removed)> RemoveBlobsAsync(RunId runId, int limit, CancellationToken cancellationToken)
    {
        var removed = 0;
        while (removed < limit)
        {
            // The first page again and again: what was listed is gone.
            var page = await gateway.ListBlobsAsync($"{runId}/", null, BlobsAtOnce, cancellationToken);
            foreach (var blob in page.Blobs)
            {
                await gateway.DeleteBlobAsync(blob.Name, RowWrite.AnyTag, cancellationToken);
                removed++;
            }

            if (page.Blobs.Count == 0 || page.Continuation is null)
            {
                return (true, removed);
            }
        }

        return (false, removed);
    }

    private async Task<bool> RemoveRowsAsync(RunId runId, int limit, CancellationToken cancellationToken)
    {
        var removed = 0;
        var query = new RowQuery { PartitionKey = runId.Value, KeysOnly = true, PageSize = TableLimits.TransactionRows };
        var batch = new List<RowWrite>();
        await foreach (var row in gateway.QueryAsync(StorageTable.LoopRuns, query, cancellationToken))
        {
            if (row.RowKey is RowKeys.Head or RowKeys.Creation)
            {
                continue;
            }

            // Whatever it became since: it goes.
            batch.Add(RowWrite.Delete(row.RowKey, RowWrite.AnyTag));
            if (batch.Count < TableLimits.TransactionRows)
            {
                continue;
            }

            if (!await RemoveAsync(runId, batch, cancellationToken) || (removed += batch.Count) >= limit)
            {
                return false;
            }

            batch.Clear();
        }

        return batch.Count == 0 || await RemoveAsync(runId, batch, cancellationToken);
    }

    /// <summary>A refusal means that somebody else removed one of them: the next look shows what is left.</summary>
    private async Task<bool> RemoveAsync(RunId runId, IReadOnlyList<RowWrite> batch, CancellationToken cancellationToken) =>
        (await gateway.WriteAsync(StorageTable.LoopRuns, runId.Value, batch, cancellationToken)).Status == WriteStatus.Written;
}
