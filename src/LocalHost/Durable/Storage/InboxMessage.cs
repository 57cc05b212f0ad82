using LocalHost.Durable.History;

namespace LocalHost.Durable.Storage;

/// <summary>An event that an instance has been sent and has not yet taken into its history.</summary>
/// <param name="Key">Orders the messages of an instance.</param>
/// <param name="ExecutionId">The execution it is meant for; null for whichever is current.</param>
internal sealed record InboxMessage(string InstanceId, string Key, string? ExecutionId, HistoryEvent Event);
