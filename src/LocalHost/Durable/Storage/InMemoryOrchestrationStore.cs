using System.Globalization;
using System.Runtime.CompilerServices;

namespace LocalHost.Durable.Storage;

/// <summary>Keeps everything in memory: for tests, and for runs whose state may be lost.</summary>
internal sealed class InMemoryOrchestrationStore : IOrchestrationStore
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, InstanceRecord> _instances = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredCheckpoint> _checkpoints = new(StringComparer.Ordinal);
    private readonly SortedDictionary<(string InstanceId, string Key), InboxMessage> _messages = new(MessageOrder.Instance);
    private int _versions;

    public Task InitializeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<InstanceRecord?> GetInstanceAsync(string instanceId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return Task.FromResult(_instances.GetValueOrDefault(instanceId));
        }
    }

    public Task PutInstanceAsync(InstanceRecord record, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _instances[record.InstanceId] = record;
        }

        return Task.CompletedTask;
    }

    public Task<InstancePage> QueryInstancesAsync(InstanceFilter filter, int pageSize, string? continuationToken, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            List<InstanceRecord> found = _instances.Values
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
        lock (_gate)
        {
            return Task.FromResult(_checkpoints.GetValueOrDefault(instanceId));
        }
    }

    public Task<string> PutCheckpointAsync(string instanceId, Checkpoint checkpoint, int firstNewEvent, string? expectedVersion, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            string? stored = _checkpoints.GetValueOrDefault(instanceId)?.Version;
            if (stored != expectedVersion)
            {
                throw new CheckpointConflictException($"Instance '{instanceId}' has been changed by somebody else.");
            }

            string version = (++_versions).ToString(CultureInfo.InvariantCulture);
            _checkpoints[instanceId] = new StoredCheckpoint(checkpoint with { History = [.. checkpoint.History] }, version);
            return Task.FromResult(version);
        }
    }

    public Task AppendMessageAsync(InboxMessage message, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _messages.Add((message.InstanceId, message.Key), message);
        }

        return Task.CompletedTask;
    }

    public async IAsyncEnumerable<InboxMessage> ReadMessagesAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<InboxMessage> all;
        lock (_gate)
        {
            all = [.. _messages.Values];
        }

        await Task.CompletedTask;
        foreach (InboxMessage message in all)
        {
            yield return message;
        }
    }

    public Task DeleteMessagesAsync(string instanceId, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach (string key in keys)
            {
                _messages.Remove((instanceId, key));
            }
        }

        return Task.CompletedTask;
    }

    public Task DeleteInstanceAsync(string instanceId, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            foreach ((string InstanceId, string Key) key in _messages.Keys.Where(key => key.InstanceId == instanceId).ToList())
            {
                _messages.Remove(key);
            }

            _checkpoints.Remove(instanceId);
            _instances.Remove(instanceId);
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
