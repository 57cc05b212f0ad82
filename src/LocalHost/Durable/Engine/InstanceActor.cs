namespace LocalHost.Durable.Engine;

/// <summary>One instance in the live process: its undelivered messages, its turn, its timers.</summary>
internal sealed class InstanceActor(string instanceId) : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<PendingMessage> pending = [];
    private readonly List<PendingMessage> parked = [];
    private readonly HashSet<(string ExecutionId, int TaskId)> startedActivities = [];
    private readonly SemaphoreSlim turn = new(1, 1);
    private Dictionary<int, DateTime> armedTimers = [];
    private string? armedExecutionId;
    private ITimer? timer;
    private bool isScheduled;
    private bool isWoken;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string InstanceId { get; } = instanceId;

    /// <summary>Only to be touched by who holds the turn.</summary>
    public InstanceState? State { get; set; }

    public int ConsecutiveFailures { get; set; }

    /// <summary>Completes at the next change of the stored instance; take it before reading.</summary>
    public Task Changed
    {
        get
        {
            lock (gate)
            {
                return changed.Task;
            }
        }
    }

    public void SignalChanged()
    {
        TaskCompletionSource completed;
        lock (gate)
        {
            completed = changed;
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        completed.SetResult();
    }

    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        return new Turn(turn);
    }

    /// <returns>True if the caller has to run the instance.</returns>
    public bool Post(PendingMessage message)
    {
        lock (gate)
        {
            pending.Add(message);
            return TrySchedule();
        }
    }

    /// <inheritdoc cref="Post"/>
    public bool Wake()
    {
        lock (gate)
        {
            isWoken = true;
            pending.InsertRange(0, parked);
            parked.Clear();
            return TrySchedule();
        }
    }

    /// <summary>Puts back what an episode took and could not commit.</summary>
    public void Return(IReadOnlyList<PendingMessage> messages)
    {
        lock (gate)
        {
            pending.InsertRange(0, messages);
        }
    }

    /// <summary>Keeps messages until the instance is woken: they alone are no reason to run it.</summary>
    public void Park(IReadOnlyList<PendingMessage> messages)
    {
        lock (gate)
        {
            parked.AddRange(messages);
        }
    }

    public IReadOnlyList<PendingMessage> Take(int limit, int maxCharacters)
    {
        lock (gate)
        {
            isWoken = false;
            int count = 0;
            int characters = 0;
            while (count < pending.Count && count < limit && (count == 0 || characters < maxCharacters))
            {
                characters += (pending[count].Event.Input?.Length ?? 0) + (pending[count].Event.Result?.Length ?? 0);
                count++;
            }

            List<PendingMessage> taken = pending.GetRange(0, count);
            pending.RemoveRange(0, count);
            return taken;
        }
    }

    /// <returns>False if there is nothing to do, and the next message has to schedule the instance again.</returns>
    public bool HasMore()
    {
        lock (gate)
        {
            isScheduled = pending.Count > 0 || isWoken;
            return isScheduled;
        }
    }

    public bool TryBeginActivity(string executionId, int taskId)
    {
        lock (gate)
        {
            return startedActivities.Add((executionId, taskId));
        }
    }

    public void ForgetActivities(Predicate<(string ExecutionId, int TaskId)> ended)
    {
        lock (gate)
        {
            startedActivities.RemoveWhere(ended);
        }
    }

    /// <summary>Replaces the timers. <paramref name="onDue"/> is called when the earliest of them is due.</summary>
    public void Arm(string executionId, IEnumerable<(int TaskId, DateTime FireAt)> timers, TimeProvider timeProvider, TimeSpan lateness, Action<InstanceActor> onDue)
    {
        lock (gate)
        {
            HashSet<int> firing = pending
                .Where(message => message.Event.EventType == History.HistoryEventType.TimerFired && message.ExecutionId == executionId)
                .Select(message => message.Event.TimerId ?? -1)
                .ToHashSet();
            armedExecutionId = executionId;
            armedTimers = timers.Where(armed => !firing.Contains(armed.TaskId)).ToDictionary(armed => armed.TaskId, armed => armed.FireAt);
            Rearm(timeProvider, lateness, onDue);
        }
    }

    /// <summary>Takes the timers that are due and arms the next one.</summary>
    public (string ExecutionId, IReadOnlyList<(int TaskId, DateTime FireAt)> Due) TakeDue(TimeProvider timeProvider, TimeSpan lateness, Action<InstanceActor> onDue)
    {
        lock (gate)
        {
            DateTime now = timeProvider.GetUtcNow().UtcDateTime - lateness;
            List<(int TaskId, DateTime FireAt)> due = armedTimers
                .Where(armed => armed.Value <= now)
                .OrderBy(armed => armed.Value)
                .ThenBy(armed => armed.Key)
                .Select(armed => (armed.Key, armed.Value))
                .ToList();
            foreach ((int taskId, _) in due)
            {
                armedTimers.Remove(taskId);
            }

            Rearm(timeProvider, lateness, onDue);
            return (armedExecutionId ?? string.Empty, due);
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            timer?.Dispose();
            timer = null;
            armedTimers = [];
        }
    }

    private bool TrySchedule()
    {
        if (isScheduled)
        {
            return false;
        }

        isScheduled = true;
        return true;
    }

    private void Rearm(TimeProvider timeProvider, TimeSpan lateness, Action<InstanceActor> onDue)
    {
        timer?.Dispose();
        timer = null;
        if (armedTimers.Count == 0)
        {
            return;
        }

        // Rounded up to the timer's resolution, so that it does not run before the time and have to wait once more.
        TimeSpan delay = armedTimers.Values.Min() + lateness - timeProvider.GetUtcNow().UtcDateTime;
        delay = delay <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(delay.TotalMilliseconds));
        TimeSpan longest = TimeSpan.FromDays(1);
        timer = timeProvider.CreateTimer(_ => onDue(this), null, delay < longest ? delay : longest, Timeout.InfiniteTimeSpan);
    }

    private sealed class Turn(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
