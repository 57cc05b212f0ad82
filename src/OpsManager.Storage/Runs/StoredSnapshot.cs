namespace OpsManager.Storage.Runs;

/// <summary>One stored snapshot.</summary>
/// <param name="Sequence">Its number within the run, from 1.</param>
/// <param name="ReceivedAt">When the manager received it, on its own clock.</param>
/// <param name="EventSequence">The last event stored before it.</param>
/// <param name="Envelope">The envelope as received, UTF-8 JSON.</param>
public sealed record StoredSnapshot(long Sequence, DateTimeOffset ReceivedAt, long EventSequence, ReadOnlyMemory<byte> Envelope);
