namespace OpsManager.Storage.Notifications;

/// <summary>A stored document with the store's own concurrency tag.</summary>
/// <typeparam name="T">What is stored.</typeparam>
/// <param name="Value">The document.</param>
/// <param name="Tag">The tag; null for one that is not stored yet.</param>
public sealed record Tagged<T>(T Value, string? Tag);
