using LocalHost.Durable.Execution;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Engine;

/// <summary>What an episode leaves in histories: those of its own instance and, by messages, those of others. Pure.</summary>
internal static class EpisodeHistory
{
    /// <summary>Turns the episode's actions into history, and into messages to other instances.</summary>
    public static void Record(
        string instanceId,
        string executionId,
        HistoryEvent started,
        IReadOnlyList<OrchestratorAction> actions,
        DateTimeOffset now,
        List<HistoryEvent> history,
        List<OutboxMessage> outbox)
    {
        foreach (OrchestratorAction action in actions)
        {
            HistoryEvent template = new() { EventType = default, Timestamp = now, EventId = action.Id };
            switch (action)
            {
                case OrchestratorAction.ScheduleActivity activity:
                    history.Add(template with { EventType = HistoryEventType.TaskScheduled, Name = activity.Name, Version = activity.Version, Input = activity.Input, Tags = activity.Tags });
                    break;
                case OrchestratorAction.CreateTimer timer:
                    history.Add(template with { EventType = HistoryEventType.TimerCreated, FireAt = timer.FireAt });
                    break;
                case OrchestratorAction.CreateSubOrchestration child:
                    history.Add(template with
                    {
                        EventType = HistoryEventType.SubOrchestrationInstanceCreated,
                        Name = child.Name,
                        Version = child.Version,
                        InstanceId = child.InstanceId,
                        Input = child.Input,
                        Tags = child.Tags,
                    });
                    outbox.Add(new OutboxMessage(child.InstanceId, null, new HistoryEvent
                    {
                        EventType = HistoryEventType.ExecutionStarted,
                        Timestamp = now,
                        ExecutionId = Guid.NewGuid().ToString("N"),
                        Name = child.Name,
                        Version = child.Version,
                        Input = child.Input,
                        Tags = child.Tags,
                        Parent = new ParentLink(instanceId, executionId, started.Name!, started.Version, child.Id),
                    }));
                    break;
                case OrchestratorAction.SendEvent sent:
                    history.Add(template with { EventType = HistoryEventType.EventSent, InstanceId = sent.InstanceId, Name = sent.EventName, Input = sent.Payload });
                    outbox.Add(new OutboxMessage(sent.InstanceId, null, new HistoryEvent
                    {
                        EventType = HistoryEventType.EventRaised,
                        Timestamp = now,
                        Name = sent.EventName,
                        Input = sent.Payload,
                    }));
                    break;
                case OrchestratorAction.Complete complete:
                    history.Add(template with
                    {
                        EventType = HistoryEventType.ExecutionCompleted,
                        OrchestrationStatus = complete.Status,
                        Result = complete.Result,
                        FailureDetails = complete.Failure,
                    });
                    if (started.Parent is { } parent)
                    {
                        outbox.Add(new OutboxMessage(parent.InstanceId, parent.ExecutionId, ToParent(parent, complete, now)));
                    }

                    break;
                default:
                    break;
            }
        }
    }

    private static HistoryEvent ToParent(ParentLink parent, OrchestratorAction.Complete complete, DateTimeOffset now)
    {
        bool succeeded = complete.Status == OrchestrationRuntimeStatus.Completed;
        return new HistoryEvent
        {
            EventType = succeeded ? HistoryEventType.SubOrchestrationInstanceCompleted : HistoryEventType.SubOrchestrationInstanceFailed,
            Timestamp = now,
            TaskScheduledId = parent.TaskScheduleId,
            Result = succeeded ? complete.Result : null,
            Reason = succeeded ? null : complete.Result ?? complete.Status.ToString(),
            FailureDetails = complete.Failure,
        };
    }

    /// <summary>The event that begins the execution of an instance.</summary>
    public static HistoryEvent StartOf(InstanceRecord record, DateTimeOffset now) => new()
    {
        EventType = HistoryEventType.ExecutionStarted,
        Timestamp = now,
        ExecutionId = record.ExecutionId,
        Name = record.Name,
        Version = record.Version,
        Input = record.Input,
        Tags = record.Tags,
        Parent = record.Parent,
        ScheduledStartTime = record.ScheduledStartTime,
    };

    /// <summary>The instance that a start begins, whether a client asked for it or a parent.</summary>
    public static InstanceRecord InstanceOf(string instanceId, HistoryEvent started, int generation) => new()
    {
        InstanceId = instanceId,
        ExecutionId = started.ExecutionId!,
        StartId = started.ExecutionId!,
        Name = started.Name!,
        Version = started.Version ?? string.Empty,
        Input = started.Input,
        RuntimeStatus = OrchestrationRuntimeStatus.Pending,
        CreatedTime = started.Timestamp,
        LastUpdatedTime = started.Timestamp,
        ScheduledStartTime = started.ScheduledStartTime,
        Generation = generation,
        Tags = started.Tags,
        Parent = started.Parent,
    };
}
