namespace OpsManager.Storage.InMemory;

/// <summary>Counts what is asked of storage. Each count is one request on Azure Storage, but for a query of more than one page.</summary>
public sealed class StorageCalls
{
    private int _reads;
    private int _queries;
    private int _writes;
    private int _blobs;

    /// <summary>Rows read by their key.</summary>
    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Queries.</summary>
    public int Queries => Volatile.Read(ref _queries);

    /// <summary>Writes; a transaction is one.</summary>
    public int Writes => Volatile.Read(ref _writes);

    /// <summary>Blobs read, written, listed or deleted.</summary>
    public int Blobs => Volatile.Read(ref _blobs);

    /// <summary>All of them.</summary>
    public int Total => Reads + Queries + Writes + Blobs;

    internal void Read() => Interlocked.Increment(ref _reads);

    internal void Query() => Interlocked.Increment(ref _queries);

    internal void Write() => Interlocked.Increment(ref _writes);

    internal void Blob() => Interlocked.Increment(ref _blobs);
}
