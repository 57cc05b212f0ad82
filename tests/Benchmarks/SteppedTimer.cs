namespace OpsManager.Benchmarks;

/// <summary>A timer of <see cref="SteppedTime"/>.</summary>
internal sealed class SteppedTimer(SteppedTime time, TimerCallback callback, object? state) : ITimer
{
    private TimeSpan _period = Timeout.InfiniteTimeSpan;

    public DateTimeOffset DueAt { get; set; } = DateTimeOffset.MaxValue;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _period = period;
        time.Set(this, dueTime);
        return true;
    }

    public void Fired(DateTimeOffset now) =>
        DueAt = _period > TimeSpan.Zero ? now + _period : DateTimeOffset.MaxValue;

    public void Run() => callback(state);

    public void Dispose() => time.Set(this, Timeout.InfiniteTimeSpan);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }
}
