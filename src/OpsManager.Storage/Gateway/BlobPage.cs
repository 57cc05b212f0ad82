namespace OpsManager.Storage.Gateway;

/// <summary>A page of blobs.</summary>
/// <param name="Blobs">The blobs.</param>
/// <param name="Continuation">Where the next page begins; null on the last.</param>
internal sealed record BlobPage(IReadOnlyList<BlobItem> Blobs, string? Continuation);
