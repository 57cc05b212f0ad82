namespace SuperloopAdapter.Awake;

/// <summary>
/// Keeps the sprite awake while a leader lives, also a paused one, whose process a sleeping sprite may lose. It ends on each of
/// three conditions, so that nothing bills for ever: no leader lives, this service ends (the refresher is part of it), or the
/// longest time is over.
/// </summary>
internal sealed partial class AwakeHold(SpriteTask task, TimeSpan longest, TimeProvider time, ILogger log)
{
    public static readonly TimeSpan Refresh = TimeSpan.FromSeconds(60);

    // By a clock that nobody sets: set back by an hour, it would let the task run out under a living leader.
    private long? since;
    private long? refreshed;
    private bool spent;
    private bool failing;

    /// <summary>Called with a look at the processes, one call at a time.</summary>
    public async Task SeenAsync(bool leaderLives, CancellationToken cancellation)
    {
        if (!leaderLives)
        {
            spent = false;
            await ReleaseAsync(cancellation);
            return;
        }

        var now = time.GetTimestamp();
        since ??= spent ? null : now;
        if (since is not { } began)
        {
            return;
        }

        if (time.GetElapsedTime(began, now) >= longest)
        {
            spent = true;
            TooLong(longest);
            await ReleaseAsync(cancellation);
            return;
        }

        if (refreshed is not { } last || time.GetElapsedTime(last, now) >= Refresh)
        {
            var held = await task.HoldAsync(cancellation);
            refreshed = held ? now : null;

            // Said once until it is well again: it is tried with each look.
            if (!held && !failing && !cancellation.IsCancellationRequested)
            {
                NotHeld();
            }

            failing = !held;
        }
    }

    public async Task ReleaseAsync(CancellationToken cancellation)
    {
        if (since is null)
        {
            return;
        }

        since = refreshed = null;
        await task.ReleaseAsync(cancellation);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sprite was held awake for {Longest}; it is let go although a leader lives")]
    private partial void TooLong(TimeSpan longest);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The sprite's task could not be held; it is tried again")]
    private partial void NotHeld();
}
