using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace OpsManager.Storage.Gateway;

/// <summary>Tables and blobs of an Azure Storage account. They are created at their first use.</summary>
internal sealed class AzureStorageGateway : IStorageGateway
{
    private static readonly string[] Keys = ["PartitionKey", "RowKey"];

    private readonly Dictionary<StorageTable, Created<TableClient>> _tables;
    private readonly Created<BlobContainerClient> _container;

    /// <param name="tables">The account's tables.</param>
    /// <param name="blobs">The account's blobs.</param>
    /// <param name="prefix">What table and container names begin with; may be empty.</param>
    public AzureStorageGateway(TableServiceClient tables, BlobServiceClient blobs, string prefix)
    {
        _tables = Enum.GetValues<StorageTable>().ToDictionary(
            table => table,
            table => new Created<TableClient>(
                tables.GetTableClient(prefix + table),
                (client, cancellationToken) => client.CreateIfNotExistsAsync(cancellationToken)));
        _container = new Created<BlobContainerClient>(
            blobs.GetBlobContainerClient(prefix.ToLowerInvariant() + "loop-run-payloads"),
            (client, cancellationToken) => client.CreateIfNotExistsAsync(cancellationToken: cancellationToken));
    }

    public Task<TableRow?> FindAsync(StorageTable table, string partitionKey, string rowKey, CancellationToken cancellationToken) =>
        CallAsync(
            $"read {table} {partitionKey}/{rowKey}",
            async () =>
            {
                var client = await _tables[table].GetAsync(cancellationToken);
                var found = await client.GetEntityIfExistsAsync<TableEntity>(partitionKey, rowKey, cancellationToken: cancellationToken);
                return found.HasValue ? ToRow(found.Value!) : null;
            },
            cancellationToken);

    public async IAsyncEnumerable<TableRow> QueryAsync(StorageTable table, RowQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var what = $"query {table} {query.PartitionKey}";
        var client = await CallAsync(what, () => _tables[table].GetAsync(cancellationToken), cancellationToken);
        var pages = client
            .QueryAsync<TableEntity>(Filter(query), Math.Clamp(query.PageSize, 1, 1000), query.KeysOnly ? Keys : null, cancellationToken)
            .AsPages()
            .GetAsyncEnumerator(cancellationToken);
        await using (pages)
        {
            while (await CallAsync(what, () => pages.MoveNextAsync().AsTask(), cancellationToken))
            {
                foreach (var entity in pages.Current.Values)
                {
                    yield return ToRow(entity);
                }
            }
        }
    }

    public Task<WriteOutcome> WriteAsync(StorageTable table, string partitionKey, IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken) =>
        CallAsync(
            $"write {table} {partitionKey}/{writes[0].RowKey}",
            async () =>
            {
                var client = await _tables[table].GetAsync(cancellationToken);
                try
                {
                    return writes.Count == 1
                        ? await WriteOneAsync(client, partitionKey, writes[0], cancellationToken)
                        : await WriteAllAsync(client, partitionKey, writes, cancellationToken);
                }
                catch (RequestFailedException error) when (error.Status is 404 or 409 or 412 && error.ErrorCode != "TableNotFound" && error.ErrorCode != "TableBeingDeleted")
                {
                    return WriteOutcome.Refused(error.Status switch
                    {
                        404 => WriteStatus.Missing,
                        409 => WriteStatus.Exists,
                        _ => WriteStatus.Changed,
                    });
                }
            },
            cancellationToken);

    public Task PutBlobAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        CallAsync(
            $"write blob {name}",
            async () =>
            {
                var container = await _container.GetAsync(cancellationToken);
                await container.GetBlobClient(name).UploadAsync(BinaryData.FromBytes(content), overwrite: true, cancellationToken);
                return true;
            },
            cancellationToken);

    public Task<byte[]?> FindBlobAsync(string name, CancellationToken cancellationToken) =>
        CallAsync(
            $"read blob {name}",
            async () =>
            {
                var container = await _container.GetAsync(cancellationToken);
                try
                {
                    var content = await container.GetBlobClient(name).DownloadContentAsync(cancellationToken);
                    return content.Value.Content.ToArray();
                }
                catch (RequestFailedException error) when (error.Status == 404)
                {
                    return null;
                }
            },
            cancellationToken);

    public Task<BlobPage> ListBlobsAsync(string prefix, string? continuation, int limit, CancellationToken cancellationToken) =>
        CallAsync(
            $"list blobs {prefix}",
            async () =>
            {
                var container = await _container.GetAsync(cancellationToken);
                var pages = container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, cancellationToken).AsPages(continuation, limit);
                await foreach (var page in pages)
                {
                    return new BlobPage(
                        [.. page.Values.Select(blob => new BlobItem(blob.Name, blob.Properties.ETag.ToString()!, blob.Properties.LastModified ?? DateTimeOffset.MaxValue))],
                        string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken);
                }

                return new BlobPage([], null);
            },
            cancellationToken);

    public Task<bool> DeleteBlobAsync(string name, string etag, CancellationToken cancellationToken) =>
        CallAsync(
            $"delete blob {name}",
            async () =>
            {
                var container = await _container.GetAsync(cancellationToken);
                try
                {
                    // A condition that any blob meets is not met by one that is gone.
                    var conditions = etag == RowWrite.AnyTag ? null : new BlobRequestConditions { IfMatch = new ETag(etag) };
                    await container.GetBlobClient(name).DeleteIfExistsAsync(DeleteSnapshotsOption.IncludeSnapshots, conditions, cancellationToken);
                    return true;
                }
                catch (RequestFailedException error) when (error.Status == 412)
                {
                    // Another one, or none at all.
                    return !await container.GetBlobClient(name).ExistsAsync(cancellationToken);
                }
            },
            cancellationToken);

    private static async Task<WriteOutcome> WriteOneAsync(TableClient client, string partitionKey, RowWrite write, CancellationToken cancellationToken)
    {
        var answer = write.Kind switch
        {
            RowWriteKind.Insert => await client.AddEntityAsync(ToEntity(partitionKey, write), cancellationToken),
            RowWriteKind.Replace => await client.UpdateEntityAsync(ToEntity(partitionKey, write), new ETag(write.ETag!), TableUpdateMode.Replace, cancellationToken),
            RowWriteKind.Upsert => await client.UpsertEntityAsync(ToEntity(partitionKey, write), TableUpdateMode.Replace, cancellationToken),
            RowWriteKind.Merge => await client.UpsertEntityAsync(ToEntity(partitionKey, write), TableUpdateMode.Merge, cancellationToken),
            _ => await client.DeleteEntityAsync(partitionKey, write.RowKey, new ETag(write.ETag!), cancellationToken),
        };

        // The client answers 404 to a deletion with a response, not an exception.
        return answer.Status == 404 ? WriteOutcome.Refused(WriteStatus.Missing) : new WriteOutcome(WriteStatus.Written, [TagOf(answer)]);
    }

    private static async Task<WriteOutcome> WriteAllAsync(TableClient client, string partitionKey, IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken)
    {
        var actions = writes.Select(write =>
        {
            var entity = ToEntity(partitionKey, write);
            return write.Kind switch
            {
                RowWriteKind.Insert => new TableTransactionAction(TableTransactionActionType.Add, entity),
                RowWriteKind.Replace => new TableTransactionAction(TableTransactionActionType.UpdateReplace, entity, new ETag(write.ETag!)),
                RowWriteKind.Upsert => new TableTransactionAction(TableTransactionActionType.UpsertReplace, entity),
                RowWriteKind.Merge => new TableTransactionAction(TableTransactionActionType.UpsertMerge, entity),
                _ => new TableTransactionAction(TableTransactionActionType.Delete, entity, new ETag(write.ETag!)),
            };
        });
        var answers = await client.SubmitTransactionAsync(actions, cancellationToken);
        return new WriteOutcome(WriteStatus.Written, answers.Value.Select(TagOf).ToArray());
    }

    private static string TagOf(Response answer) => answer.Headers.ETag?.ToString() ?? string.Empty;

    private static TableEntity ToEntity(string partitionKey, RowWrite write)
    {
        var entity = new TableEntity(partitionKey, write.RowKey);
        foreach (var (name, value) in write.Properties)
        {
            entity[name] = value;
        }

        return entity;
    }

    private static TableRow ToRow(TableEntity entity)
    {
        var properties = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, value) in entity)
        {
            if (value is not null && name is not ("PartitionKey" or "RowKey" or "Timestamp" or "odata.etag"))
            {
                properties[name] = value is BinaryData data ? data.ToArray() : value;
            }
        }

        return new TableRow(entity.PartitionKey, entity.RowKey, entity.ETag.ToString(), properties);
    }

    private static string? Filter(RowQuery query)
    {
        var terms = new List<string>();
        Add("PartitionKey eq", query.PartitionKey);
        Add("RowKey eq", query.RowKey);
        Add("RowKey gt", query.After);
        Add("RowKey lt", query.Before);
        foreach (var (name, value) in query.Equal)
        {
            Add($"{name} eq", value);
        }

        return terms.Count == 0 ? null : string.Join(" and ", terms);

        void Add(string comparison, object? value)
        {
            switch (value)
            {
                case null:
                    break;
                case bool flag:
                    terms.Add($"{comparison} {(flag ? "true" : "false")}");
                    break;
                case string text:
                    // In OData a quote within a literal is doubled; nothing else ends one.
                    terms.Add($"{comparison} '{text.Replace("'", "''", StringComparison.Ordinal)}'");
                    break;
                default:
                    throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"A filter takes text and flags, not {value.GetType().Name}."), nameof(query));
            }
        }
    }

    /// <summary>Translates "no answer" into one exception; refusals and mistakes of the caller stay what they are.</summary>
    private static async Task<T> CallAsync<T>(string what, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception error) when (IsNoAnswer(error, cancellationToken))
        {
            throw new StorageUnavailableException($"Storage did not answer: {what}. {error.Message}", error);
        }
    }

    private static bool IsNoAnswer(Exception error, CancellationToken cancellationToken) => error switch
    {
        RequestFailedException failed => failed.Status is 0 or 408 or 429 or >= 500 || failed.ErrorCode == "TableBeingDeleted",
        OperationCanceledException => !cancellationToken.IsCancellationRequested,

        // The platform lets a socket's own error through when the other end goes away right after the connection was made.
        IOException or HttpRequestException or SocketException => true,

        // What the retry policy throws when its last try failed as well.
        AggregateException all => all.InnerExceptions.Count > 0 && all.InnerExceptions.All(inner => IsNoAnswer(inner, cancellationToken)),
        _ => false,
    };

    /// <summary>A client whose table or container is created once, by the first who needs it.</summary>
    private sealed class Created<T>(T client, Func<T, CancellationToken, Task> create)
    {
        private readonly Lock _gate = new();
        private Task? _creation;

        public async Task<T> GetAsync(CancellationToken cancellationToken)
        {
            Task creation;
            lock (_gate)
            {
                // A creation that failed is tried again by the next caller. It serves all of them, so none of them cancels it.
                if (_creation is null or { IsCompleted: true, IsCompletedSuccessfully: false })
                {
                    _creation = create(client, CancellationToken.None);
                }

                creation = _creation;
            }

            await creation.WaitAsync(cancellationToken);
            return client;
        }
    }
}
