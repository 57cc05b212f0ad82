using LocalHost.Durable.History;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Execution;

/// <summary>What an episode asks the engine to do. The id is the task id that replay is checked against.</summary>
internal abstract record OrchestratorAction(int Id)
{
    internal sealed record ScheduleActivity(int Id, string Name, string Version, string Input, IReadOnlyDictionary<string, string>? Tags) : OrchestratorAction(Id);

    internal sealed record CreateTimer(int Id, DateTime FireAt) : OrchestratorAction(Id);

    internal sealed record CreateSubOrchestration(int Id, string Name, string Version, string InstanceId, string? Input, IReadOnlyDictionary<string, string>? Tags) : OrchestratorAction(Id);

    internal sealed record SendEvent(int Id, string InstanceId, string EventName, string? Payload) : OrchestratorAction(Id);

    internal sealed record Complete(int Id, OrchestrationRuntimeStatus Status, string? Result, FailureRecord? Failure) : OrchestratorAction(Id);

    internal sealed record ContinueAsNew(int Id, string? Input, string? NewVersion, IReadOnlyList<HistoryEvent> CarryoverEvents) : OrchestratorAction(Id);
}
