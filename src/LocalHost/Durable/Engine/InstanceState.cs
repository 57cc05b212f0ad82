using LocalHost.Durable.History;
using LocalHost.Durable.Storage;

namespace LocalHost.Durable.Engine;

/// <summary>An instance in memory: its row and its checkpoint.</summary>
internal sealed class InstanceState
{
    public required InstanceRecord Record { get; set; }

    /// <summary>Null until the first episode of a start has been committed.</summary>
    public Checkpoint? Checkpoint { get; set; }

    /// <summary>The stored checkpoint's version, even if that one belongs to an overwritten execution.</summary>
    public string? CheckpointVersion { get; set; }

    public IReadOnlyList<HistoryEvent> History => Checkpoint?.History ?? [];

    public string ExecutionId => Checkpoint?.ExecutionId ?? Record.ExecutionId;

    public IEnumerable<HistoryEvent> OpenActivities()
    {
        HashSet<int> completed = CompletedTasks();
        return History.Where(scheduled => scheduled.EventType == HistoryEventType.TaskScheduled && !completed.Contains(scheduled.EventId));
    }

    public IEnumerable<HistoryEvent> OpenSubOrchestrations()
    {
        HashSet<int> completed = CompletedTasks();
        return History.Where(created => created.EventType == HistoryEventType.SubOrchestrationInstanceCreated && !completed.Contains(created.EventId));
    }

    public IEnumerable<HistoryEvent> OpenTimers()
    {
        if (Checkpoint is not { OpenTimers.Count: > 0 } checkpoint)
        {
            return [];
        }

        HashSet<int> completed = CompletedTasks();
        return History.Where(created => created.EventType == HistoryEventType.TimerCreated
            && checkpoint.OpenTimers.Contains(created.EventId)
            && !completed.Contains(created.EventId));
    }

    public HashSet<int> CompletedTasks()
        => History.Select(historyEvent => historyEvent.CompletedTaskId).OfType<int>().ToHashSet();
}
