namespace LocalHost.Durable.Storage;

/// <param name="Version">The optimistic lock of the instance.</param>
internal sealed record StoredCheckpoint(Checkpoint Checkpoint, string Version);
