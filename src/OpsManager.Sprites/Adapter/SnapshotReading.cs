using OpsManager.Contract;

namespace OpsManager.Sprites.Adapter;

/// <summary>A valid snapshot and the bytes it was read from.</summary>
/// <param name="Envelope">The snapshot.</param>
/// <param name="Raw">UTF-8 JSON as received.</param>
public sealed record SnapshotReading(LoopRunSnapshot Envelope, ReadOnlyMemory<byte> Raw);
