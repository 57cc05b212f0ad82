using LocalHost.Durable.Storage;

namespace LocalHost.Tests.Durable;

/// <summary>Refuses some checkpoints, alternating between before and after they are applied.</summary>
internal sealed class FlakyStore(IOrchestrationStore inner) : IOrchestrationStore
{
    public int FailNextCheckpoints { get; set; }

    public Task InitializeAsync(CancellationToken cancellationToken) => inner.InitializeAsync(cancellationToken);

    public Task<InstanceRecord?> GetInstanceAsync(string instanceId, CancellationToken cancellationToken) => inner.GetInstanceAsync(instanceId, cancellationToken);

    public Task PutInstanceAsync(InstanceRecord record, CancellationToken cancellationToken) => inner.PutInstanceAsync(record, cancellationToken);

    public Task<InstancePage> QueryInstancesAsync(InstanceFilter filter, int pageSize, string? continuationToken, CancellationToken cancellationToken)
        => inner.QueryInstancesAsync(filter, pageSize, continuationToken, cancellationToken);

    public Task<StoredCheckpoint?> GetCheckpointAsync(string instanceId, CancellationToken cancellationToken) => inner.GetCheckpointAsync(instanceId, cancellationToken);

    public async Task<string> PutCheckpointAsync(string instanceId, Checkpoint checkpoint, int firstNewEvent, string? expectedVersion, CancellationToken cancellationToken)
    {
        int remaining = FailNextCheckpoints;
        if (remaining == 0)
        {
            return await inner.PutCheckpointAsync(instanceId, checkpoint, firstNewEvent, expectedVersion, cancellationToken);
        }

        FailNextCheckpoints = remaining - 1;
        if (remaining % 2 == 0)
        {
            await inner.PutCheckpointAsync(instanceId, checkpoint, firstNewEvent, expectedVersion, cancellationToken);
        }

        throw new IOException("The store does not answer.");
    }

    public Task AppendMessageAsync(InboxMessage message, CancellationToken cancellationToken) => inner.AppendMessageAsync(message, cancellationToken);

    public IAsyncEnumerable<InboxMessage> ReadMessagesAsync(CancellationToken cancellationToken) => inner.ReadMessagesAsync(cancellationToken);

    public Task DeleteMessagesAsync(string instanceId, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
        => inner.DeleteMessagesAsync(instanceId, keys, cancellationToken);

    public Task DeleteInstanceAsync(string instanceId, CancellationToken cancellationToken) => inner.DeleteInstanceAsync(instanceId, cancellationToken);
}
