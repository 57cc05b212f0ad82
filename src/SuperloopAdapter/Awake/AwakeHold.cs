namespace SuperloopAdapter.Awake;

/// <summary>
/// Keeps the sprite awake while a leader lives, also a paused one, whose process a sleeping sprite may lose. It ends on each of
/// three conditions, so that nothing bills for ever: no leader lives, this service ends (the refresher is part of it), or the
/// longest time is over.
/// </summary>
internal sealed partial class AwakeHold(SpriteTask task, TimeSpan longest, TimeProvider time, ILogger log)
{
    public static readonly TimeSpan Refresh = TimeSpan.FromSeconds(60);

    private DateTimeOffset? since;
    private DateTimeOffset? refreshed;
    private bool spent;

    /// <summary>Called with each look at the processes.</summary>
    public async Task SeenAsync(bool leaderLives, CancellationToken cancellation)
    {
        if (!leaderLives)
        {
            spent = false;
            await ReleaseAsync(cancellation);
            return;
        }

        var now = time.GetUtcNow();
        since ??= spent ? null : now;
        if (since is null)
        {
            return;
        }

        if (now - since >= longest)
        {
            spent = true;
            TooLong(longest);
            await ReleaseAsync(cancellation);
            return;
        }

        if (refreshed is null || now - refreshed >= Refresh)
        {
            var held = await task.HoldAsync(cancellation);
            refreshed = held ? now : null;
            if (!held)
            {
                NotHeld();
            }
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
