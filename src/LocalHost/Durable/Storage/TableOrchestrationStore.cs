using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Azure;
using Azure.Data.Tables;
using LocalHost.Durable.History;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Storage;

/// <summary>
/// Table Storage: <c>{Hub}Instances</c> and <c>{Hub}History</c> laid out as the Azure Storage provider does, so that its
/// viewers can read them, and <c>{Hub}Inbox</c> for messages not yet taken. The sentinel row of an instance's history is
/// its commit record: rows beyond its count, or of another execution, do not exist.
/// </summary>
internal sealed class TableOrchestrationStore : IOrchestrationStore
{
    private const string SentinelKey = "sentinel";

    // Azure allows 100 operations and 4 MiB in a transaction.
    private const int MaxBatchRows = 95;
    private const int MaxBatchSize = 3 * 1024 * 1024;

    private readonly TableClient _instances;
    private readonly TableClient _history;
    private readonly TableClient _inbox;
    private readonly string _taskHub;
    private readonly TimeProvider _timeProvider;

    public TableOrchestrationStore(TableServiceClient service, string taskHub, TimeProvider timeProvider)
    {
        _taskHub = taskHub;
        _timeProvider = timeProvider;
        _instances = service.GetTableClient(taskHub + "Instances");
        _history = service.GetTableClient(taskHub + "History");
        _inbox = service.GetTableClient(taskHub + "Inbox");
    }

    public async Task InitializeAsync(CancellationToken cancellationToken)
    {
        await _instances.CreateIfNotExistsAsync(cancellationToken);
        await _history.CreateIfNotExistsAsync(cancellationToken);
        await _inbox.CreateIfNotExistsAsync(cancellationToken);
    }

    public async Task<InstanceRecord?> GetInstanceAsync(string instanceId, CancellationToken cancellationToken)
    {
        NullableResponse<TableEntity> row = await _instances.GetEntityIfExistsAsync<TableEntity>(
            InstanceKeys.Escape(instanceId), string.Empty, cancellationToken: cancellationToken);
        return row.HasValue ? InstanceRow.ToRecord(row.Value!) : null;
    }

    public Task PutInstanceAsync(InstanceRecord record, CancellationToken cancellationToken)
        => _instances.UpsertEntityAsync(InstanceRow.From(record, _taskHub), TableUpdateMode.Replace, cancellationToken);

    public async Task<InstancePage> QueryInstancesAsync(InstanceFilter filter, int pageSize, string? continuationToken, CancellationToken cancellationToken)
    {
        AsyncPageable<TableEntity> query = _instances.QueryAsync<TableEntity>(ToODataFilter(filter), pageSize, cancellationToken: cancellationToken);
        await foreach (Page<TableEntity> page in query.AsPages(string.IsNullOrEmpty(continuationToken) ? null : continuationToken, pageSize).WithCancellation(cancellationToken))
        {
            string? next = string.IsNullOrEmpty(page.ContinuationToken) ? null : page.ContinuationToken;
            return new InstancePage(page.Values.Select(InstanceRow.ToRecord).ToList(), next);
        }

        return new InstancePage([], null);
    }

    public async Task<StoredCheckpoint?> GetCheckpointAsync(string instanceId, CancellationToken cancellationToken)
    {
        string partition = InstanceKeys.Escape(instanceId);
        List<TableEntity> rows = [];
        TableEntity? sentinel = null;
        await foreach (TableEntity row in _history.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), cancellationToken: cancellationToken))
        {
            if (row.RowKey == SentinelKey)
            {
                sentinel = row;
            }
            else
            {
                rows.Add(row);
            }
        }

        if (sentinel is null)
        {
            return null;
        }

        int count = sentinel.GetInt32("EventCount") ?? 0;
        string executionId = sentinel.GetString("ExecutionId");
        List<HistoryEvent> events = rows.Take(count)
            .TakeWhile(row => row.GetString("ExecutionId") == executionId)
            .Select(HistoryRow.ToEvent)
            .ToList();
        if (events.Count != count)
        {
            throw new InvalidDataException($"The history of instance '{instanceId}' has {events.Count} of its {count} rows.");
        }

        Checkpoint checkpoint = new()
        {
            ExecutionId = executionId,
            StartId = sentinel.GetString("StartId"),
            History = events,
            IsComplete = sentinel.GetBoolean("IsCheckpointComplete") ?? true,
            CustomStatus = LargeText.Read(sentinel, "CustomStatus"),
            OpenTimers = StorageJson.Read<List<int>>(LargeText.Read(sentinel, "OpenTimers")) ?? [],
            Outbox = StorageJson.Read<List<OutboxMessage>>(LargeText.Read(sentinel, "Outbox")) ?? [],
            ConsumedMessages = StorageJson.Read<List<string>>(LargeText.Read(sentinel, "ConsumedMessages")) ?? [],
        };
        return new StoredCheckpoint(checkpoint, sentinel.ETag.ToString());
    }

    public async Task<string> PutCheckpointAsync(string instanceId, Checkpoint checkpoint, int firstNewEvent, string? expectedVersion, CancellationToken cancellationToken)
    {
        string partition = InstanceKeys.Escape(instanceId);
        List<List<TableTransactionAction>> batches = [[]];
        int size = 0;
        for (int index = firstNewEvent; index < checkpoint.History.Count; index++)
        {
            TableEntity row = HistoryRow.From(partition, index, checkpoint.ExecutionId, checkpoint.History[index]);
            int rowSize = EstimateSize(row);
            if (batches[^1].Count >= MaxBatchRows || (size + rowSize > MaxBatchSize && batches[^1].Count > 0))
            {
                batches.Add([]);
                size = 0;
            }

            size += rowSize;
            batches[^1].Add(new TableTransactionAction(TableTransactionActionType.UpsertReplace, row));
        }

        if (batches.Count > 1 && firstNewEvent == 0)
        {
            // The rows of a new generation replace those of the one before. So that a crash half-way leaves something to
            // go on with, its beginning is committed first, as a generation that is still to be executed.
            int started = checkpoint.History.ToList().FindIndex(IsAction);
            if (started > 0 && started <= batches[0].Count)
            {
                Checkpoint beginning = checkpoint with { History = checkpoint.History.Take(started).ToList(), IsComplete = false, CustomStatus = null, OpenTimers = [] };
                batches[0].RemoveRange(started, batches[0].Count - started);
                expectedVersion = await CommitAsync(partition, batches[0], beginning, expectedVersion, cancellationToken);
                return await PutCheckpointAsync(instanceId, checkpoint, started, expectedVersion, cancellationToken);
            }
        }

        foreach (List<TableTransactionAction> batch in batches.Take(batches.Count - 1))
        {
            await _history.SubmitTransactionAsync(batch, cancellationToken);
        }

        return await CommitAsync(partition, batches[^1], checkpoint, expectedVersion, cancellationToken);
    }

    public Task AppendMessageAsync(InboxMessage message, CancellationToken cancellationToken)
    {
        TableEntity row = new(InstanceKeys.Escape(message.InstanceId), message.Key)
        {
            ["EventType"] = message.Event.EventType.ToString(),
        };
        LargeText.Write(row, "ExecutionId", message.ExecutionId);
        LargeText.Write(row, "Event", StorageJson.Write(message.Event));
        return _inbox.AddEntityAsync(row, cancellationToken);
    }

    public async IAsyncEnumerable<InboxMessage> ReadMessagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (TableEntity row in _inbox.QueryAsync<TableEntity>(cancellationToken: cancellationToken))
        {
            yield return new InboxMessage(
                InstanceKeys.Unescape(row.PartitionKey),
                row.RowKey,
                row.GetString("ExecutionId"),
                StorageJson.Read<HistoryEvent>(LargeText.Read(row, "Event"))!);
        }
    }

    public Task DeleteMessagesAsync(string instanceId, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
        => DeleteRowsAsync(_inbox, InstanceKeys.Escape(instanceId), keys, cancellationToken);

    public async Task DeleteInstanceAsync(string instanceId, CancellationToken cancellationToken)
    {
        string partition = InstanceKeys.Escape(instanceId);
        foreach (TableClient table in (TableClient[])[_inbox, _history])
        {
            List<string> keys = [];
            await foreach (TableEntity row in table.QueryAsync<TableEntity>(
                TableClient.CreateQueryFilter($"PartitionKey eq {partition}"), select: ["RowKey"], cancellationToken: cancellationToken))
            {
                keys.Add(row.RowKey);
            }

            await DeleteRowsAsync(table, partition, keys, cancellationToken);
        }

        await _instances.DeleteEntityAsync(partition, string.Empty, ETag.All, cancellationToken);
    }

    private static bool IsAction(HistoryEvent historyEvent) => historyEvent.EventType is HistoryEventType.TaskScheduled
        or HistoryEventType.TimerCreated
        or HistoryEventType.SubOrchestrationInstanceCreated
        or HistoryEventType.EventSent
        or HistoryEventType.ExecutionCompleted
        or HistoryEventType.OrchestratorCompleted;

    private static int EstimateSize(TableEntity row)
    {
        int size = 512;
        foreach ((string name, object value) in row)
        {
            size += Encoding.UTF8.GetByteCount(name) + value switch
            {
                string text => Encoding.UTF8.GetByteCount(text),
                byte[] bytes => bytes.Length * 4 / 3,
                _ => 32,
            };
        }

        return size;
    }

    private static async Task DeleteRowsAsync(TableClient table, string partition, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        foreach (string[] chunk in keys.Chunk(MaxBatchRows))
        {
            try
            {
                await table.SubmitTransactionAsync(
                    chunk.Select(key => new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(partition, key), ETag.All)),
                    cancellationToken);
            }
            catch (TableTransactionFailedException exception) when (exception.Status == 404)
            {
                // One of them is gone already; the others then go one by one.
                foreach (string key in chunk)
                {
                    await table.DeleteEntityAsync(partition, key, ETag.All, cancellationToken);
                }
            }
        }
    }

    private static string? ToODataFilter(InstanceFilter filter)
    {
        List<string> terms = [];
        if (filter.CreatedFrom is { } from)
        {
            terms.Add(TableClient.CreateQueryFilter($"CreatedTime ge {from}"));
        }

        if (filter.CreatedTo is { } to)
        {
            terms.Add(TableClient.CreateQueryFilter($"CreatedTime le {to}"));
        }

        if (filter.Statuses.Count > 0)
        {
            terms.Add("(" + string.Join(" or ", filter.Statuses.Select(status => $"RuntimeStatus eq '{status}'")) + ")");
        }

        if (!string.IsNullOrEmpty(filter.InstanceIdPrefix))
        {
            string prefix = InstanceKeys.Escape(filter.InstanceIdPrefix);
            string end = string.Concat(prefix.AsSpan(0, prefix.Length - 1), ((char)(prefix[^1] + 1)).ToString(CultureInfo.InvariantCulture));
            terms.Add(TableClient.CreateQueryFilter($"PartitionKey ge {prefix} and PartitionKey lt {end}"));
        }

        return terms.Count == 0 ? null : string.Join(" and ", terms);
    }

    private async Task<string> CommitAsync(
        string partition,
        List<TableTransactionAction> batch,
        Checkpoint checkpoint,
        string? expectedVersion,
        CancellationToken cancellationToken)
    {
        TableEntity sentinel = new(partition, SentinelKey)
        {
            ["ExecutionId"] = checkpoint.ExecutionId,
            ["StartId"] = checkpoint.StartId,
            ["EventCount"] = checkpoint.History.Count,
            ["IsCheckpointComplete"] = checkpoint.IsComplete,
            ["CheckpointCompletedTimestamp"] = _timeProvider.GetUtcNow(),
        };
        LargeText.Write(sentinel, "CustomStatus", checkpoint.CustomStatus);
        LargeText.Write(sentinel, "OpenTimers", checkpoint.OpenTimers.Count == 0 ? null : StorageJson.Write(checkpoint.OpenTimers));
        LargeText.Write(sentinel, "Outbox", checkpoint.Outbox.Count == 0 ? null : StorageJson.Write(checkpoint.Outbox));
        LargeText.Write(sentinel, "ConsumedMessages", checkpoint.ConsumedMessages.Count == 0 ? null : StorageJson.Write(checkpoint.ConsumedMessages));

        batch.Add(expectedVersion is null
            ? new TableTransactionAction(TableTransactionActionType.Add, sentinel)
            : new TableTransactionAction(TableTransactionActionType.UpdateReplace, sentinel, new ETag(expectedVersion)));
        try
        {
            Response<IReadOnlyList<Response>> response = await _history.SubmitTransactionAsync(batch, cancellationToken);
            return response.Value[^1].Headers.ETag?.ToString()
                ?? throw new InvalidOperationException("The table service returned no ETag.");
        }
        catch (TableTransactionFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            throw new CheckpointConflictException($"Instance '{InstanceKeys.Unescape(partition)}' has been changed by somebody else.", exception);
        }
    }
}
