using OpsManager.Storage.Documents;
using OpsManager.Storage.Gateway;

namespace OpsManager.Storage.Purging;

/// <summary>Searches the blobs for those that no row names. A blob's name says which row that would be.</summary>
internal sealed class OrphanBlobSearch(IStorageGateway gateway)
{
    public async Task<OrphanBlobs> RemoveAsync(DateTimeOffset writtenBefore, string? continuation, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 5000);
        var page = await gateway.ListBlobsAsync(string.Empty, continuation, limit, cancellationToken);
        var removed = 0;
        foreach (var blob in page.Blobs)
        {
            if (blob.WrittenAt < writtenBefore
                && Payload.RowOf(blob.Name) is var (partition, rowKey)
                && await IsOrphanAsync(partition, rowKey, blob.Name, cancellationToken)

                // Under the tag it was judged by: a writer that repeats its write brings the same blob anew.
                && await gateway.DeleteBlobAsync(blob.Name, blob.ETag, cancellationToken))
            {
                removed++;
            }
        }

        return new OrphanBlobs(page.Blobs.Count, removed, page.Continuation);
    }

    private async Task<bool> IsOrphanAsync(string partition, string rowKey, string blob, CancellationToken cancellationToken) =>
        await gateway.FindAsync(StorageTable.LoopRuns, partition, rowKey, cancellationToken) is not { } row || Payload.BlobOf(row) != blob;
}
