using LocalHost.Durable.History;

namespace LocalHost.Durable.Engine;

/// <param name="InboxKey">The stored message's key; null for what can be derived from the history again.</param>
internal sealed record PendingMessage(HistoryEvent Event, string? ExecutionId, string? InboxKey);
