namespace OpsFunctions.Timers;

/// <summary>
/// Remembers when the watchdog itself ticked: after a pause of the whole host every engine looks quiet, and none is to blame. Kept
/// in memory on purpose: whoever does not know when it last ticked must not judge others.
/// </summary>
public sealed class WatchdogTicks
{
    private readonly Lock _lock = new();
    private DateTimeOffset? _last;
    private DateTimeOffset? _beforeLast;

    /// <summary>Notes a tick. Returns whether it and the one before it came on time.</summary>
    /// <param name="now">When it came.</param>
    /// <param name="tolerance">Longest distance that is on time.</param>
    public bool Record(DateTimeOffset now, TimeSpan tolerance)
    {
        lock (_lock)
        {
            var onTime = _last is { } last && _beforeLast is { } beforeLast && now - last <= tolerance && last - beforeLast <= tolerance;
            _beforeLast = _last;
            _last = now;
            return onTime;
        }
    }
}
