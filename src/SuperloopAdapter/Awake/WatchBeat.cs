using OpsManager.Contract;

namespace SuperloopAdapter.Awake;

/// <summary>
/// When the watch last finished a look. Its age is measured on a clock that stands still while the sprite sleeps: a sprite that wakes up
/// has missed no beat.
/// </summary>
internal sealed class WatchBeat(TimeProvider time)
{
    private Look? last;

    public void Beat(TimeSpan interval) => Volatile.Write(ref last, new Look(time.GetTimestamp(), interval));

    /// <summary>The beat for a snapshot; null where nothing watches, as in a one-shot call.</summary>
    public BeatFacts? Facts() => Volatile.Read(ref last) is { } look
        ? new BeatFacts { At = Timestamps.Text(time.GetUtcNow() - time.GetElapsedTime(look.At)), IntervalMs = (long)look.Interval.TotalMilliseconds }
        : null;

    private sealed record Look(long At, TimeSpan Interval);
}
