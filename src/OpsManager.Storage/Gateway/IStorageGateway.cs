namespace OpsManager.Storage.Gateway;

/// <summary>
/// The few things the store needs of tables and blobs, so that its logic exists once and runs alike on Azure Storage and in memory.
/// </summary>
/// <remarks>Every call may throw <see cref="StorageUnavailableException"/>; of a write that threw it the outcome is unknown.</remarks>
internal interface IStorageGateway
{
    /// <summary>The row, or null.</summary>
    Task<TableRow?> FindAsync(StorageTable table, string partitionKey, string rowKey, CancellationToken cancellationToken);

    /// <summary>The rows a query asks for.</summary>
    IAsyncEnumerable<TableRow> QueryAsync(StorageTable table, RowQuery query, CancellationToken cancellationToken);

    /// <summary>Writes rows of one partition, all or none. Bounds: <see cref="TableLimits"/>; a row may appear once.</summary>
    Task<WriteOutcome> WriteAsync(StorageTable table, string partitionKey, IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken);

    /// <summary>Writes a blob. The name is derived from the content, so an existing one is overwritten with the same.</summary>
    Task PutBlobAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>The content of a blob, or null.</summary>
    Task<byte[]?> FindBlobAsync(string name, CancellationToken cancellationToken);

    /// <summary>A page of the blobs whose names begin so, in the order of their names.</summary>
    /// <param name="prefix">What the names begin with; empty for all.</param>
    /// <param name="continuation">Where the last page ended; null for the first.</param>
    /// <param name="limit">At most this many, 1 to 5000.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    Task<BlobPage> ListBlobsAsync(string prefix, string? continuation, int limit, CancellationToken cancellationToken);

    /// <summary>Deletes a blob, if its tag is still the given one; <see cref="RowWrite.AnyTag"/> deletes it in any case. Returns whether it is gone.</summary>
    Task<bool> DeleteBlobAsync(string name, string etag, CancellationToken cancellationToken);
}
