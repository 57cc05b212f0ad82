namespace OpsManager.Benchmarks;

/// <summary>A clock that stands still while anything works and jumps to the next timer when nothing does.</summary>
internal sealed class SteppedTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<SteppedTimer> _timers = [];
    private DateTimeOffset _now = start;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return _now;
        }
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SteppedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Jumps to the next timer, at most to <paramref name="limit"/>. Returns whether one fired.</summary>
    public bool StepTo(DateTimeOffset limit)
    {
        SteppedTimer[] due;
        lock (_gate)
        {
            var next = _timers.Count == 0 ? limit : _timers.Min(timer => timer.DueAt);
            _now = next > limit ? limit : next > _now ? next : _now;
            due = [.. _timers.Where(timer => timer.DueAt <= _now)];
            foreach (var timer in due)
            {
                timer.Fired(_now);
                if (timer.DueAt == DateTimeOffset.MaxValue)
                {
                    _timers.Remove(timer);
                }
            }
        }

        foreach (var timer in due)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static fired => fired.Run(), timer, preferLocal: false);
        }

        return due.Length > 0;
    }

    internal void Set(SteppedTimer timer, TimeSpan dueTime)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
            timer.DueAt = dueTime == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue : _now + dueTime;
            if (timer.DueAt != DateTimeOffset.MaxValue)
            {
                _timers.Add(timer);
            }
        }
    }
}
