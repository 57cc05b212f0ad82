using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Engine;

/// <summary>Derives an instance's row from its checkpoint, which is the truth whenever the two differ.</summary>
internal static class InstanceProjection
{
    public static InstanceRecord Apply(InstanceRecord record, Checkpoint checkpoint)
    {
        HistoryEvent started = checkpoint.History.First(historyEvent => historyEvent.EventType == HistoryEventType.ExecutionStarted);
        HistoryEvent? completed = checkpoint.History.LastOrDefault(historyEvent => historyEvent.EventType == HistoryEventType.ExecutionCompleted);
        HistoryEvent? suspension = checkpoint.History.LastOrDefault(historyEvent
            => historyEvent.EventType is HistoryEventType.ExecutionSuspended or HistoryEventType.ExecutionResumed);

        OrchestrationRuntimeStatus status = completed?.OrchestrationStatus
            ?? (suspension?.EventType == HistoryEventType.ExecutionSuspended
                ? OrchestrationRuntimeStatus.Suspended
                : OrchestrationRuntimeStatus.Running);

        return record with
        {
            ExecutionId = checkpoint.ExecutionId,
            Name = started.Name!,
            Version = started.Version ?? string.Empty,
            Input = started.Input,
            Output = completed?.FailureDetails?.ToString() ?? completed?.Result,
            FailureDetails = completed?.FailureDetails,
            CustomStatus = checkpoint.CustomStatus,
            RuntimeStatus = status,
            CreatedTime = started.Timestamp,
            LastUpdatedTime = checkpoint.History[^1].Timestamp,
            CompletedTime = completed?.Timestamp,
        };
    }

    /// <summary>Whether a stored row shows what its checkpoint says.</summary>
    public static bool IsUpToDate(InstanceRecord stored, InstanceRecord derived)
        => stored.ExecutionId == derived.ExecutionId
            && stored.RuntimeStatus == derived.RuntimeStatus
            && stored.CustomStatus == derived.CustomStatus
            && stored.LastUpdatedTime == derived.LastUpdatedTime;
}
