namespace LocalHost.Durable.Engine;

/// <summary>One instance in the live process: its undelivered messages, its turn, its timers.</summary>
internal sealed class InstanceActor(string instanceId) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<PendingMessage> _pending = [];
    private readonly List<PendingMessage> _parked = [];
    private readonly HashSet<(string ExecutionId, int TaskId)> _startedActivities = [];
    private readonly SemaphoreSlim _turn = new(1, 1);
    private Dictionary<int, DateTime> _armedTimers = [];
    private string? _armedExecutionId;
    private ITimer? _timer;
    private bool _isScheduled;
    private bool _isWoken;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string InstanceId { get; } = instanceId;

    /// <summary>Only to be touched by who holds the turn.</summary>
    public InstanceState? State { get; set; }

    public int ConsecutiveFailures { get; set; }

    /// <summary>Completes at the next change of the stored instance; take it before reading.</summary>
    public Task Changed
    {
        get
        {
            lock (_gate)
            {
                return _changed.Task;
            }
        }
    }

    public void SignalChanged()
    {
        TaskCompletionSource completed;
        lock (_gate)
        {
            completed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        completed.SetResult();
    }

    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        return new Turn(_turn);
    }

    /// <returns>True if the caller has to run the instance.</returns>
    public bool Post(PendingMessage message)
    {
        lock (_gate)
        {
            _pending.Add(message);
            return TrySchedule();
        }
    }

    /// <inheritdoc cref="Post"/>
    public bool Wake()
    {
        lock (_gate)
        {
            _isWoken = true;
            _pending.InsertRange(0, _parked);
            _parked.Clear();
            return TrySchedule();
        }
    }

    /// <summary>Puts back what an episode took and could not commit.</summary>
    public void Return(IReadOnlyList<PendingMessage> messages)
    {
        lock (_gate)
        {
            _pending.InsertRange(0, messages);
        }
    }

    /// <summary>Keeps messages until the instance is woken: they alone are no reason to run it.</summary>
    public void Park(IReadOnlyList<PendingMessage> messages)
    {
        lock (_gate)
        {
            _parked.AddRange(messages);
        }
    }

    public IReadOnlyList<PendingMessage> Take(int limit, int maxCharacters)
    {
        lock (_gate)
        {
            _isWoken = false;
            int count = 0;
            int characters = 0;
            while (count < _pending.Count && count < limit && (count == 0 || characters < maxCharacters))
            {
                characters += (_pending[count].Event.Input?.Length ?? 0) + (_pending[count].Event.Result?.Length ?? 0);
                count++;
            }

            List<PendingMessage> taken = _pending.GetRange(0, count);
            _pending.RemoveRange(0, count);
            return taken;
        }
    }

    /// <returns>False if there is nothing to do, and the next message has to schedule the instance again.</returns>
    public bool HasMore()
    {
        lock (_gate)
        {
            _isScheduled = _pending.Count > 0 || _isWoken;
            return _isScheduled;
        }
    }

    public bool TryBeginActivity(string executionId, int taskId)
    {
        lock (_gate)
        {
            return _startedActivities.Add((executionId, taskId));
        }
    }

    public void ForgetActivities(Predicate<(string ExecutionId, int TaskId)> ended)
    {
        lock (_gate)
        {
            _startedActivities.RemoveWhere(ended);
        }
    }

    /// <summary>Replaces the timers. <paramref name="onDue"/> is called when the earliest of them is due.</summary>
    public void Arm(string executionId, IEnumerable<(int TaskId, DateTime FireAt)> timers, TimeProvider timeProvider, TimeSpan lateness, Action<InstanceActor> onDue)
    {
        lock (_gate)
        {
            HashSet<int> firing = _pending
                .Where(message => message.Event.EventType == History.HistoryEventType.TimerFired && message.ExecutionId == executionId)
                .Select(message => message.Event.TimerId ?? -1)
                .ToHashSet();
            _armedExecutionId = executionId;
            _armedTimers = timers.Where(armed => !firing.Contains(armed.TaskId)).ToDictionary(armed => armed.TaskId, armed => armed.FireAt);
            Rearm(timeProvider, lateness, onDue);
        }
    }

    /// <summary>Takes the timers that are due and arms the next one.</summary>
    public (string ExecutionId, IReadOnlyList<(int TaskId, DateTime FireAt)> Due) TakeDue(TimeProvider timeProvider, TimeSpan lateness, Action<InstanceActor> onDue)
    {
        lock (_gate)
        {
            DateTime now = timeProvider.GetUtcNow().UtcDateTime - lateness;
            List<(int TaskId, DateTime FireAt)> due = _armedTimers
                .Where(armed => armed.Value <= now)
                .OrderBy(armed => armed.Value)
                .ThenBy(armed => armed.Key)
                .Select(armed => (armed.Key, armed.Value))
                .ToList();
            foreach ((int taskId, _) in due)
            {
                _armedTimers.Remove(taskId);
            }

            Rearm(timeProvider, lateness, onDue);
            return (_armedExecutionId ?? string.Empty, due);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _timer?.Dispose();
            _timer = null;
            _armedTimers = [];
        }
    }

    private bool TrySchedule()
    {
        if (_isScheduled)
        {
            return false;
        }

        _isScheduled = true;
        return true;
    }

    private void Rearm(TimeProvider timeProvider, TimeSpan lateness, Action<InstanceActor> onDue)
    {
        _timer?.Dispose();
        _timer = null;
        if (_armedTimers.Count == 0)
        {
            return;
        }

        // Rounded up to the timer's resolution, so that it does not run before the time and have to wait once more.
        TimeSpan delay = _armedTimers.Values.Min() + lateness - timeProvider.GetUtcNow().UtcDateTime;
        delay = delay <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(delay.TotalMilliseconds));
        TimeSpan longest = TimeSpan.FromDays(1);
        _timer = timeProvider.CreateTimer(_ => onDue(this), null, delay < longest ? delay : longest, Timeout.InfiniteTimeSpan);
    }

    private sealed class Turn(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
