using LocalHost.Durable.Storage;

namespace LocalHost.Tests.Durable;

/// <summary>Fails at one write, before or after it is applied, and at everything that follows: the process is gone.</summary>
internal sealed class CrashingStore(IOrchestrationStore inner, int crashAt, bool isApplied) : IOrchestrationStore
{
    private readonly TaskCompletionSource _crashed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _writes;

    public IOrchestrationStore Inner => inner;

    public int CrashAt => crashAt;

    public Task Crashed => _crashed.Task;

    public bool HasCrashed => _crashed.Task.IsCompleted;

    public Task InitializeAsync(CancellationToken cancellationToken) => inner.InitializeAsync(cancellationToken);

    public Task<InstanceRecord?> GetInstanceAsync(string instanceId, CancellationToken cancellationToken)
    {
        EnsureAlive();
        return inner.GetInstanceAsync(instanceId, cancellationToken);
    }

    public Task<InstancePage> QueryInstancesAsync(InstanceFilter filter, int pageSize, string? continuationToken, CancellationToken cancellationToken)
    {
        EnsureAlive();
        return inner.QueryInstancesAsync(filter, pageSize, continuationToken, cancellationToken);
    }

    public Task<StoredCheckpoint?> GetCheckpointAsync(string instanceId, CancellationToken cancellationToken)
    {
        EnsureAlive();
        return inner.GetCheckpointAsync(instanceId, cancellationToken);
    }

    public IAsyncEnumerable<InboxMessage> ReadMessagesAsync(CancellationToken cancellationToken) => inner.ReadMessagesAsync(cancellationToken);

    public Task PutInstanceAsync(InstanceRecord record, CancellationToken cancellationToken)
        => WriteAsync(async () =>
        {
            await inner.PutInstanceAsync(record, cancellationToken);
            return true;
        });

    public Task<string> PutCheckpointAsync(string instanceId, Checkpoint checkpoint, int firstNewEvent, string? expectedVersion, CancellationToken cancellationToken)
        => WriteAsync(() => inner.PutCheckpointAsync(instanceId, checkpoint, firstNewEvent, expectedVersion, cancellationToken));

    public Task AppendMessageAsync(InboxMessage message, CancellationToken cancellationToken)
        => WriteAsync(async () =>
        {
            await inner.AppendMessageAsync(message, cancellationToken);
            return true;
        });

    public Task DeleteMessagesAsync(string instanceId, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
        => WriteAsync(async () =>
        {
            await inner.DeleteMessagesAsync(instanceId, keys, cancellationToken);
            return true;
        });

    public Task DeleteInstanceAsync(string instanceId, CancellationToken cancellationToken)
        => WriteAsync(async () =>
        {
            await inner.DeleteInstanceAsync(instanceId, cancellationToken);
            return true;
        });

    private async Task<T> WriteAsync<T>(Func<Task<T>> write)
    {
        EnsureAlive();
        if (Interlocked.Increment(ref _writes) != crashAt)
        {
            return await write();
        }

        if (isApplied)
        {
            await write();
        }

        _crashed.TrySetResult();
        throw new IOException("The process is gone.");
    }

    private void EnsureAlive()
    {
        if (_crashed.Task.IsCompleted)
        {
            throw new IOException("The process is gone.");
        }
    }
}
