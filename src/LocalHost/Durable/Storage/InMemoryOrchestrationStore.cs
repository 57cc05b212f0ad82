using System.Globalization;
using System.Runtime.CompilerServices;

namespace LocalHost.Durable.Storage;

/// <summary>Keeps everything in memory: for tests, and for runs whose state may be lost.</summary>
internal sealed class InMemoryOrchestrationStore : IOrchestrationStore
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, InstanceRecord> instances = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredCheckpoint> checkpoints = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string InstanceId, string Key), InboxMessage> messages = new(MessageOrder.Instance);
    private int versions;

    public Task InitializeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<InstanceRecord?> GetInstanceAsync(string instanceId, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult(instances.GetValueOrDefault(instanceId));
        }
    }

    public Task PutInstanceAsync(InstanceRecord record, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            instances[record.InstanceId] = record;
        }

        return Task.CompletedTask;
    }

    public Task<InstancePage> QueryInstancesAsync(InstanceFilter filter, int pageSize, string? continuationToken, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            List<InstanceRecord> found = instances.Values
                .Where(record => continuationToken is null || string.CompareOrdinal(record.InstanceId, continuationToken) > 0)
                .Where(filter.Matches)
                .Take(pageSize + 1)
                .ToList();
            if (found.Count <= pageSize)
            {
                return Task.FromResult(new InstancePage(found, null));
            }

            found.RemoveAt(pageSize);
            return Task.FromResult(new InstancePage(found, found[^1].InstanceId));
        }
    }

    public Task<StoredCheckpoint?> GetCheckpointAsync(string instanceId, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            return Task.FromResult(checkpoints.GetValueOrDefault(instanceId));
        }
    }

    public Task<string> PutCheckpointAsync(string instanceId, Checkpoint checkpoint, int firstNewEvent, string? expectedVersion, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            string? stored = checkpoints.GetValueOrDefault(instanceId)?.Version;
            if (stored != expectedVersion)
            {
                throw new CheckpointConflictException($"Instance '{instanceId}' has been changed by somebody else.");
            }

            string version = (++versions).ToString(CultureInfo.InvariantCulture);
            checkpoints[instanceId] = new StoredCheckpoint(checkpoint with { History = [.. checkpoint.History] }, version);
            return Task.FromResult(version);
        }
    }

    public Task AppendMessageAsync(InboxMessage message, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            messages.Add((message.InstanceId, message.Key), message);
        }

        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<InboxMessage> ReadMessagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<InboxMessage> all;
        lock (gate)
        {
            all = [.. messages.Values];
        }

        await Task.CompletedTask;
        foreach (InboxMessage message in all)
        {
            yield return message;
        }
    }

    public Task DeleteMessagesAsync(string instanceId, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            foreach (string key in keys)
            {
                messages.Remove((instanceId, key));
            }
        }

        return Task.CompletedTask;
    }

    public Task DeleteInstanceAsync(string instanceId, CancellationToken cancellationToken)
    {
        lock (gate)
        {
            foreach ((string InstanceId, string Key) key in messages.Keys.Where(key => key.InstanceId == instanceId).ToList())
            {
                messages.Remove(key);
            }

            checkpoints.Remove(instanceId);
            instances.Remove(instanceId);
        }

        return Task.CompletedTask;
    }

    private sealed class MessageOrder : IComparer<(string InstanceId, string Key)>
    {
        public static MessageOrder Instance { get; } = new();

        public int Compare((string InstanceId, string Key) x, (string InstanceId, string Key) y)
        {
            int byInstance = string.CompareOrdinal(x.InstanceId, y.InstanceId);
            return byInstance != 0 ? byInstance : string.CompareOrdinal(x.Key, y.Key);
        }
    }
}
