namespace OpsManager.Storage.Gateway;

/// <summary>A blob as listed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ETag">The concurrency tag.</param>
/// <param name="WrittenAt">When it was last written, on the service's clock.</param>
internal sealed record BlobItem(string Name, string ETag, DateTimeOffset WrittenAt);
