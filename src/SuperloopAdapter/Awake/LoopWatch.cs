namespace SuperloopAdapter.Awake;

/// <summary>
/// Looks at the repository once a second while the service runs: nudges when a log has grown or was replaced, or when a leader
/// came or went, and keeps the sprite awake meanwhile. A look that fails is followed by the next one.
/// </summary>
internal sealed partial class LoopWatch : IAsyncDisposable
{
    private readonly Adapter adapter;
    private readonly Nudger? nudger;
    private readonly AwakeHold? hold;
    private readonly TimeSpan interval;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly CancellationTokenSource stopping = new();
    private readonly Task watching;

    public LoopWatch(Adapter adapter, Nudger? nudger, AwakeHold? hold, TimeSpan interval, TimeProvider time, ILogger log)
    {
        this.adapter = adapter;
        this.nudger = nudger;
        this.hold = hold;
        this.interval = interval;
        this.time = time;
        this.log = log;
        watching = Task.Run(WatchAsync);
    }

    /// <summary>The task is given up last: until then what is under way may finish.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await watching;
        if (nudger is not null)
        {
            await nudger.DisposeAsync();
        }

        if (hold is not null)
        {
            using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            await hold.ReleaseAsync(bound.Token);
        }

        stopping.Dispose();
    }

    private async Task WatchAsync()
    {
        WatchedState? before = null;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var now = await adapter.WatchAsync(stopping.Token);
                if (before is not null && !now.SameAs(before))
                {
                    nudger?.Notify();
                }

                before = now;
                if (hold is not null && now.LeaderLives is { } lives)
                {
                    await hold.SeenAsync(lives, stopping.Token);
                }

                await Task.Delay(interval, time, stopping.Token);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is AdapterException or IOException)
            {
                LookFailed(e.Message);
                await Task.Delay(interval, time, CancellationToken.None);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "A look at the repository failed: {Reason}")]
    private partial void LookFailed(string reason);
}
