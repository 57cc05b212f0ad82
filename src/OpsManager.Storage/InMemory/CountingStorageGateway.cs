using OpsManager.Storage.Gateway;

namespace OpsManager.Storage.InMemory;

/// <summary>Counts the calls of another gateway, so that a test sees what a cycle costs.</summary>
internal sealed class CountingStorageGateway(IStorageGateway inner, StorageCalls calls) : IStorageGateway
{
    public Task<TableRow?> FindAsync(StorageTable table, string partitionKey, string rowKey, CancellationToken cancellationToken)
    {
        calls.Read();
        return inner.FindAsync(table, partitionKey, rowKey, cancellationToken);
    }

    public IAsyncEnumerable<TableRow> QueryAsync(StorageTable table, RowQuery query, CancellationToken cancellationToken)
    {
        calls.Query();
        return inner.QueryAsync(table, query, cancellationToken);
    }

    public Task<WriteOutcome> WriteAsync(StorageTable table, string partitionKey, IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken)
    {
        calls.Write();
        return inner.WriteAsync(table, partitionKey, writes, cancellationToken);
    }

    public Task PutBlobAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        calls.Blob();
        return inner.PutBlobAsync(name, content, cancellationToken);
    }

    public Task<byte[]?> FindBlobAsync(string name, CancellationToken cancellationToken)
    {
        calls.Blob();
        return inner.FindBlobAsync(name, cancellationToken);
    }

    public Task<BlobPage> ListBlobsAsync(string prefix, string? continuation, int limit, CancellationToken cancellationToken)
    {
        calls.Blob();
        return inner.ListBlobsAsync(prefix, continuation, limit, cancellationToken);
    }

    public Task<bool> DeleteBlobAsync(string name, string etag, CancellationToken cancellationToken)
    {
        calls.Blob();
        return inner.DeleteBlobAsync(name, etag, cancellationToken);
    }
}
