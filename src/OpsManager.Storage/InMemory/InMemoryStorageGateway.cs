using System.Collections.ObjectModel;
using System.Runtime.CompilerServices;
using OpsManager.Storage.Gateway;

namespace OpsManager.Storage.InMemory;

/// <summary>Tables and blobs in memory, with the limits and the optimistic concurrency of the real ones.</summary>
internal sealed class InMemoryStorageGateway(TimeProvider? time = null) : IStorageGateway
{
    private readonly Lock _gate = new();
    private readonly Dictionary<StorageTable, SortedList<string, SortedList<string, TableRow>>> _tables = [];
    private readonly SortedDictionary<string, (byte[] Content, BlobItem Item)> _blobs = new(StringComparer.Ordinal);
    private long _lastTag;

    public int BlobCount
    {
        get
        {
            lock (_gate)
            {
                return _blobs.Count;
            }
        }
    }

    public async Task<TableRow?> FindAsync(StorageTable table, string partitionKey, string rowKey, CancellationToken cancellationToken)
    {
        await LetOthersRunAsync(cancellationToken);
        lock (_gate)
        {
            return Partition(table, partitionKey)?.GetValueOrDefault(rowKey);
        }
    }

    public async IAsyncEnumerable<TableRow> QueryAsync(StorageTable table, RowQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Page by page, as the service does: what is written between two pages is seen by the later one.
        (string Partition, string Row)? last = null;
        while (true)
        {
            await LetOthersRunAsync(cancellationToken);
            List<TableRow> page;
            lock (_gate)
            {
                page = Match(table, query, last).Take(Math.Clamp(query.PageSize, 1, 1000)).ToList();
            }

            if (page.Count == 0)
            {
                yield break;
            }

            foreach (var row in page)
            {
                yield return query.KeysOnly ? row with { Properties = ReadOnlyDictionary<string, object>.Empty } : row;
            }

            last = (page[^1].PartitionKey, page[^1].RowKey);
        }
    }

    public async Task<WriteOutcome> WriteAsync(StorageTable table, string partitionKey, IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken)
    {
        await LetOthersRunAsync(cancellationToken);
        CheckLimits(writes);
        lock (_gate)
        {
            var partition = Partition(table, partitionKey);
            foreach (var write in writes)
            {
                var existing = partition?.GetValueOrDefault(write.RowKey);
                var refusal = write.Kind switch
                {
                    RowWriteKind.Insert when existing is not null => WriteStatus.Exists,
                    RowWriteKind.Replace or RowWriteKind.Delete when existing is null => WriteStatus.Missing,
                    RowWriteKind.Replace or RowWriteKind.Delete when write.ETag != RowWrite.AnyTag && existing.ETag != write.ETag => WriteStatus.Changed,
                    _ => WriteStatus.Written,
                };
                if (refusal != WriteStatus.Written)
                {
                    return WriteOutcome.Refused(refusal);
                }
            }

            partition ??= AddPartition(table, partitionKey);
            return new WriteOutcome(WriteStatus.Written, writes.Select(write => Write(partition, partitionKey, write)).ToArray());
        }
    }

    public async Task PutBlobAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        await LetOthersRunAsync(cancellationToken);
        PutBlob(name, content.ToArray());
    }

    /// <summary>Writes a blob at once.</summary>
    public void PutBlob(string name, byte[] content)
    {
        lock (_gate)
        {
            _blobs[name] = (content, new BlobItem(name, $"b{++_lastTag}", (time ?? TimeProvider.System).GetUtcNow()));
        }
    }

    public async Task<byte[]?> FindBlobAsync(string name, CancellationToken cancellationToken)
    {
        await LetOthersRunAsync(cancellationToken);
        lock (_gate)
        {
            return _blobs.TryGetValue(name, out var blob) ? blob.Content.ToArray() : null;
        }
    }

    public async Task<BlobPage> ListBlobsAsync(string prefix, string? continuation, int limit, CancellationToken cancellationToken)
    {
        await LetOthersRunAsync(cancellationToken);
        lock (_gate)
        {
            var found = _blobs.Values
                .Select(blob => blob.Item)
                .Where(item => item.Name.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(item.Name, continuation) > 0)
                .Take(limit + 1)
                .ToList();
            return found.Count > limit ? new BlobPage(found[..limit], found[limit - 1].Name) : new BlobPage(found, null);
        }
    }

    public async Task<bool> DeleteBlobAsync(string name, string etag, CancellationToken cancellationToken)
    {
        await LetOthersRunAsync(cancellationToken);
        lock (_gate)
        {
            if (_blobs.TryGetValue(name, out var blob) && etag != RowWrite.AnyTag && blob.Item.ETag != etag)
            {
                return false;
            }

            _blobs.Remove(name);
            return true;
        }
    }

    /// <summary>Every call gives way once, so that callers interleave as they would over a network.</summary>
    private static async Task LetOthersRunAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.Yield();
    }

    private static void CheckLimits(IReadOnlyList<RowWrite> writes)
    {
        if (writes.Count is 0 or > TableLimits.TransactionRows || writes.DistinctBy(write => write.RowKey).Count() != writes.Count)
        {
            throw new ArgumentException($"A transaction has 1 to {TableLimits.TransactionRows} rows, each once.", nameof(writes));
        }

        var sent = 0L;
        foreach (var write in writes)
        {
            var row = 4L + (2 * write.RowKey.Length);
            foreach (var (name, value) in write.Properties)
            {
                if (value is string { Length: > TableLimits.Property / 2 } or byte[] { Length: > TableLimits.Property })
                {
                    throw new ArgumentException($"Property {name} of {write.RowKey} is too large.", nameof(writes));
                }

                row += TableLimits.SizeOf(name, value);
                sent += TableLimits.SentSizeOf(name, value);
            }

            if (row > TableLimits.Row || write.Properties.Count > 252)
            {
                throw new ArgumentException($"Row {write.RowKey} is too large.", nameof(writes));
            }
        }

        if (sent > TableLimits.TransactionBody)
        {
            throw new ArgumentException("The transaction is too large.", nameof(writes));
        }
    }

    private string Write(SortedList<string, TableRow> partition, string partitionKey, RowWrite write)
    {
        if (write.Kind == RowWriteKind.Delete)
        {
            partition.Remove(write.RowKey);
            return string.Empty;
        }

        var properties = new Dictionary<string, object>(StringComparer.Ordinal);
        if (write.Kind == RowWriteKind.Merge && partition.TryGetValue(write.RowKey, out var existing))
        {
            foreach (var (name, value) in existing.Properties)
            {
                properties[name] = value;
            }
        }

        foreach (var (name, value) in write.Properties)
        {
            properties[name] = value is byte[] bytes ? bytes.ToArray() : value;
        }

        var tag = $"m{++_lastTag}";
        partition[write.RowKey] = new TableRow(partitionKey, write.RowKey, tag, properties);
        return tag;
    }

    private IEnumerable<TableRow> Match(StorageTable table, RowQuery query, (string Partition, string Row)? last)
    {
        if (!_tables.TryGetValue(table, out var partitions))
        {
            yield break;
        }

        foreach (var (key, rows) in partitions)
        {
            if ((query.PartitionKey is not null && query.PartitionKey != key) || (last is not null && string.CompareOrdinal(key, last.Value.Partition) < 0))
            {
                continue;
            }

            var after = last is not null && last.Value.Partition == key ? last.Value.Row : query.After;
            for (var at = after is null ? 0 : FirstAfter(rows.Keys, after); at < rows.Count; at++)
            {
                var row = rows.Values[at];
                if (query.Before is not null && string.CompareOrdinal(row.RowKey, query.Before) >= 0)
                {
                    break;
                }

                if ((query.RowKey is null || query.RowKey == row.RowKey)
                    && query.Equal.All(condition => condition.Value.Equals(row.Properties.GetValueOrDefault(condition.Key))))
                {
                    yield return row;
                }
            }
        }
    }

    private static int FirstAfter(IList<string> keys, string key)
    {
        var (low, high) = (0, keys.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = string.CompareOrdinal(keys[middle], key) <= 0 ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private SortedList<string, TableRow>? Partition(StorageTable table, string partitionKey) =>
        _tables.GetValueOrDefault(table)?.GetValueOrDefault(partitionKey);

    private SortedList<string, TableRow> AddPartition(StorageTable table, string partitionKey)
    {
        if (!_tables.TryGetValue(table, out var partitions))
        {
            _tables[table] = partitions = new SortedList<string, SortedList<string, TableRow>>(StringComparer.Ordinal);
        }

        return partitions[partitionKey] = new SortedList<string, TableRow>(StringComparer.Ordinal);
    }
}
