namespace OpsManager.Storage.Runs;

/// <summary>A snapshot about to be stored.</summary>
/// <param name="ReceivedAt">When the manager received it, on its own clock.</param>
/// <param name="ContentHash">Hash of its content without what changes at every look.</param>
/// <param name="Envelope">The envelope as received, UTF-8 JSON.</param>
public sealed record NewSnapshot(DateTimeOffset ReceivedAt, string ContentHash, ReadOnlyMemory<byte> Envelope);
