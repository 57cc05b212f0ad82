using LocalHost.Durable.History;

namespace LocalHost.Durable.Execution;

/// <summary>What an orchestrator may know about itself before it runs.</summary>
internal sealed record OrchestrationIdentity(string InstanceId, string ExecutionId, string Name, string Version, string? Input, ParentLink? Parent);
