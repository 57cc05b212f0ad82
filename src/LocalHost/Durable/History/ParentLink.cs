namespace LocalHost.Durable.History;

/// <summary>Where a sub-orchestration reports its end to.</summary>
internal sealed record ParentLink(string InstanceId, string ExecutionId, string Name, string? Version, int TaskScheduleId);
