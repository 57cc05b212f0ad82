using System.Text.Json.Serialization;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.History;

/// <summary>One row of an instance's history. Flat, because it is both a table row and a message.</summary>
internal sealed record HistoryEvent
{
    public required HistoryEventType EventType { get; init; }

    public required DateTimeOffset Timestamp { get; init; }

    /// <summary>The task id of the action that caused the event; -1 for everything that came from outside.</summary>
    public int EventId { get; init; } = -1;

    public string? Name { get; init; }

    public string? Version { get; init; }

    public string? Input { get; init; }

    public string? Result { get; init; }

    public string? Reason { get; init; }

    public FailureRecord? FailureDetails { get; init; }

    public int? TaskScheduledId { get; init; }

    public int? TimerId { get; init; }

    public DateTime? FireAt { get; init; }

    /// <summary>The instance that an event was sent to or that was created as a sub-orchestration.</summary>
    public string? InstanceId { get; init; }

    /// <summary>Of a start: the execution that it starts.</summary>
    public string? ExecutionId { get; init; }

    public ParentLink? Parent { get; init; }

    public OrchestrationRuntimeStatus? OrchestrationStatus { get; init; }

    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    public DateTimeOffset? ScheduledStartTime { get; init; }

    /// <summary>The task whose outcome this event reports, if it reports one.</summary>
    [JsonIgnore]
    public int? CompletedTaskId => EventType switch
    {
        HistoryEventType.TaskCompleted or HistoryEventType.TaskFailed
            or HistoryEventType.SubOrchestrationInstanceCompleted or HistoryEventType.SubOrchestrationInstanceFailed => TaskScheduledId,
        HistoryEventType.TimerFired => TimerId,
        _ => null,
    };
}
