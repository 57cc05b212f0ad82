namespace LocalHost.Durable.Ownership;

/// <summary>Which process executes a task hub.</summary>
internal sealed record OwnerRecord(
    string OwnerId,
    string Machine,
    string BootId,
    int ProcessId,
    string ProcessStart,
    DateTimeOffset AcquiredAt,
    DateTimeOffset ExpiresAt);
