using LocalHost.Durable.History;

namespace LocalHost.Durable.Storage;

/// <summary>What an episode sends to an instance: a start, an event or an outcome. Kept with the checkpoint until delivered.</summary>
internal sealed record OutboxMessage(string TargetInstanceId, string? TargetExecutionId, HistoryEvent Event);
