namespace OpsManager.Storage.Purging;

/// <summary>A part of the blobs, searched for those that no row names.</summary>
/// <param name="Scanned">Blobs looked at.</param>
/// <param name="Removed">Blobs removed.</param>
/// <param name="Continuation">Where the next part begins; null after the last.</param>
public sealed record OrphanBlobs(int Scanned, int Removed, string? Continuation);
