using Google.Protobuf.WellKnownTypes;
using LocalHost.Durable.Execution;
using LocalHost.Durable.History;
using P = Microsoft.DurableTask.Protobuf;

namespace LocalHost.Tests.Packages;

/// <summary>LocalHost's history in the messages by which the Functions host tells a worker of it.</summary>
internal static class HostHistory
{
    public static P.HistoryEvent Of(HistoryEvent one, OrchestrationIdentity identity)
    {
        P.HistoryEvent result = new() { EventId = one.EventId, Timestamp = one.Timestamp.ToTimestamp() };
        switch (one.EventType)
        {
            case HistoryEventType.OrchestratorStarted:
                result.OrchestratorStarted = new P.OrchestratorStartedEvent();
                break;
            case HistoryEventType.OrchestratorCompleted:
                result.OrchestratorCompleted = new P.OrchestratorCompletedEvent();
                break;
            case HistoryEventType.ExecutionStarted:
                result.ExecutionStarted = new P.ExecutionStartedEvent
                {
                    Name = one.Name,
                    Version = one.Version,
                    Input = one.Input,
                    OrchestrationInstance = Instance(identity.InstanceId, identity.ExecutionId),
                    ParentInstance = one.Parent is { } parent
                        ? new P.ParentInstanceInfo
                        {
                            Name = parent.Name,
                            Version = parent.Version,
                            TaskScheduledId = parent.TaskScheduleId,
                            OrchestrationInstance = Instance(parent.InstanceId, parent.ExecutionId),
                        }
                        : null,
                };
                break;
            case HistoryEventType.ExecutionTerminated:
                result.ExecutionTerminated = new P.ExecutionTerminatedEvent { Input = one.Input };
                break;
            case HistoryEventType.ExecutionSuspended:
                result.ExecutionSuspended = new P.ExecutionSuspendedEvent { Input = one.Reason };
                break;
            case HistoryEventType.ExecutionResumed:
                result.ExecutionResumed = new P.ExecutionResumedEvent { Input = one.Reason };
                break;
            case HistoryEventType.TaskScheduled:
                result.TaskScheduled = new P.TaskScheduledEvent { Name = one.Name, Version = one.Version, Input = one.Input };
                break;
            case HistoryEventType.TaskCompleted:
                result.TaskCompleted = new P.TaskCompletedEvent { TaskScheduledId = one.TaskScheduledId!.Value, Result = one.Result };
                break;
            case HistoryEventType.TaskFailed:
                result.TaskFailed = new P.TaskFailedEvent { TaskScheduledId = one.TaskScheduledId!.Value, FailureDetails = Failure(one.FailureDetails) };
                break;
            case HistoryEventType.SubOrchestrationInstanceCreated:
                result.SubOrchestrationInstanceCreated = new P.SubOrchestrationInstanceCreatedEvent { InstanceId = one.InstanceId, Name = one.Name, Version = one.Version, Input = one.Input };
                break;
            case HistoryEventType.SubOrchestrationInstanceCompleted:
                result.SubOrchestrationInstanceCompleted = new P.SubOrchestrationInstanceCompletedEvent { TaskScheduledId = one.TaskScheduledId!.Value, Result = one.Result };
                break;
            case HistoryEventType.SubOrchestrationInstanceFailed:
                result.SubOrchestrationInstanceFailed = new P.SubOrchestrationInstanceFailedEvent { TaskScheduledId = one.TaskScheduledId!.Value, FailureDetails = Failure(one.FailureDetails) };
                break;
            case HistoryEventType.TimerCreated:
                result.TimerCreated = new P.TimerCreatedEvent { FireAt = Time(one.FireAt!.Value) };
                break;
            case HistoryEventType.TimerFired:
                result.TimerFired = new P.TimerFiredEvent { TimerId = one.TimerId!.Value, FireAt = Time(one.FireAt!.Value) };
                break;
            case HistoryEventType.EventSent:
                result.EventSent = new P.EventSentEvent { InstanceId = one.InstanceId, Name = one.Name, Input = one.Input };
                break;
            case HistoryEventType.EventRaised:
                result.EventRaised = new P.EventRaisedEvent { Name = one.Name, Input = one.Input };
                break;
            default:
                throw new NotSupportedException(one.EventType.ToString());
        }

        return result;
    }

    private static P.OrchestrationInstance Instance(string instanceId, string? executionId) => new() { InstanceId = instanceId, ExecutionId = executionId };

    private static Timestamp Time(DateTime time) => DateTime.SpecifyKind(time, DateTimeKind.Utc).ToTimestamp();

    private static P.TaskFailureDetails? Failure(FailureRecord? failure) => failure is null ? null : new P.TaskFailureDetails
    {
        ErrorType = failure.ErrorType,
        ErrorMessage = failure.ErrorMessage,
        StackTrace = failure.StackTrace,
        InnerFailure = Failure(failure.InnerFailure),
        IsNonRetriable = failure.IsNonRetriable,
    };
}
