namespace LocalHost.Durable.Storage;

/// <summary>Where instances, histories and undelivered messages are kept.</summary>
internal interface IOrchestrationStore
{
    Task InitializeAsync(CancellationToken cancellationToken);

    Task<InstanceRecord?> GetInstanceAsync(string instanceId, CancellationToken cancellationToken);

    Task PutInstanceAsync(InstanceRecord record, CancellationToken cancellationToken);

    /// <summary>Ordered by instance id. A page may be smaller than asked for; only the token tells whether more follows.</summary>
    Task<InstancePage> QueryInstancesAsync(InstanceFilter filter, int pageSize, string? continuationToken, CancellationToken cancellationToken);

    Task<StoredCheckpoint?> GetCheckpointAsync(string instanceId, CancellationToken cancellationToken);

    /// <summary>
    /// Writes the history from <paramref name="firstNewEvent"/> on together with the rest of the checkpoint. After a
    /// failure at any point <see cref="GetCheckpointAsync"/> gives the old checkpoint, the new one, or (for one too
    /// large for a transaction) the new generation marked as not yet executed.
    /// </summary>
    /// <param name="expectedVersion">The version read or written last; null if there is none.</param>
    /// <returns>The new version.</returns>
    /// <exception cref="CheckpointConflictException">The stored version is another one.</exception>
    Task<string> PutCheckpointAsync(string instanceId, Checkpoint checkpoint, int firstNewEvent, string? expectedVersion, CancellationToken cancellationToken);

    Task AppendMessageAsync(InboxMessage message, CancellationToken cancellationToken);

    /// <summary>All messages of all instances, each instance's in order.</summary>
    IAsyncEnumerable<InboxMessage> ReadMessagesAsync(CancellationToken cancellationToken);

    /// <summary>Messages that are no longer there are no error.</summary>
    Task DeleteMessagesAsync(string instanceId, IReadOnlyCollection<string> keys, CancellationToken cancellationToken);

    /// <summary>Deletes messages, history and, last, the instance itself.</summary>
    Task DeleteInstanceAsync(string instanceId, CancellationToken cancellationToken);
}
