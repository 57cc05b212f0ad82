using OpsManager.Storage.Gateway;

namespace OpsManager.Storage.InMemory;

/// <summary>Lets chosen writes of another gateway go wrong.</summary>
internal sealed class FaultyStorageGateway(IStorageGateway inner, WriteFaults faults) : IStorageGateway
{
    public Task<TableRow?> FindAsync(StorageTable table, string partitionKey, string rowKey, CancellationToken cancellationToken) =>
        inner.FindAsync(table, partitionKey, rowKey, cancellationToken);

    public IAsyncEnumerable<TableRow> QueryAsync(StorageTable table, RowQuery query, CancellationToken cancellationToken) =>
        inner.QueryAsync(table, query, cancellationToken);

    public Task<WriteOutcome> WriteAsync(StorageTable table, string partitionKey, IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken) =>
        RunAsync($"{table} {partitionKey}/{writes[0].RowKey}", () => inner.WriteAsync(table, partitionKey, writes, cancellationToken));

    public Task PutBlobAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        RunAsync(
            $"blob {name}",
            async () =>
            {
                await inner.PutBlobAsync(name, content, cancellationToken);
                return true;
            });

    public Task<byte[]?> FindBlobAsync(string name, CancellationToken cancellationToken) => inner.FindBlobAsync(name, cancellationToken);

    public Task<BlobPage> ListBlobsAsync(string prefix, string? continuation, int limit, CancellationToken cancellationToken) =>
        inner.ListBlobsAsync(prefix, continuation, limit, cancellationToken);

    public Task<bool> DeleteBlobAsync(string name, string etag, CancellationToken cancellationToken) =>
        RunAsync($"deletion of blob {name}", () => inner.DeleteBlobAsync(name, etag, cancellationToken));

    private async Task<T> RunAsync<T>(string what, Func<Task<T>> write)
    {
        switch (faults.Next(what))
        {
            case WriteFault.CrashBefore:
                throw new SimulatedCrashException($"Died before writing {what}.");
            case WriteFault.CrashAfter:
                await write();
                throw new SimulatedCrashException($"Died after writing {what}.");
            case WriteFault.Unavailable:
                throw new StorageUnavailableException($"Did not write {what}.");
            case WriteFault.AnswerLost:
                await write();
                throw new StorageUnavailableException($"Lost the answer to writing {what}.");
            default:
                return await write();
        }
    }
}
