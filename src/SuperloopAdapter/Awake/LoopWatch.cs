using System.Collections.Concurrent;

namespace SuperloopAdapter.Awake;

/// <summary>
/// Looks at the repository once a second while the service runs, and beats: keeps the sprite awake while a leader lives, and nudges when a log has
/// grown or was replaced, or when a leader came or went. The processes come first and each thing is looked at on its own: whatever an agent
/// makes of the files, a run that lives is kept awake. A look that fails is followed by the next one. The sprite's task is seen to beside the looks: where its
/// socket hangs, nudges go out all the same.
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
    private readonly ConcurrentDictionary<string, string> failing = new(StringComparer.Ordinal);
    private readonly Task watching;

    private Task holding = Task.CompletedTask;
    private IReadOnlySet<(int Pid, long StartTicks)>? leaders;
    private IReadOnlyList<string> configured = [];
    private IReadOnlyList<string> found = [];
    private Dictionary<string, (string? Epoch, long Lines)> logs = new(StringComparer.Ordinal);

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
        await holding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
        try
        {
            while (true)
            {
                var now = await LookAsync();
                adapter.Beat.Beat(interval);
                if (before is not null && !now.SameAs(before))
                {
                    nudger?.Notify();
                }

                before = now;
                await Task.Delay(interval, time, stopping.Token);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The service ends.
        }
    }

    private async Task<WatchedState> LookAsync()
    {
        // Where the processes cannot be seen at the moment, what was seen last holds: at worst the sprite stays awake too long.
        await TryAsync("the processes", () =>
        {
            leaders = adapter.Leaders() ?? leaders;
            return Task.CompletedTask;
        });
        if (hold is not null && leaders is { } living && holding.IsCompleted)
        {
            holding = TryAsync("the task that keeps the sprite awake", () => hold.SeenAsync(living.Count > 0, stopping.Token));
        }

        await TryAsync("the configuration", async () => configured = await adapter.ConfiguredAsync(stopping.Token));
        await TryAsync("the folders of the loops", () =>
        {
            found = adapter.WithArtifacts();
            return Task.CompletedTask;
        });
        Dictionary<string, (string? Epoch, long Lines)> seen = new(StringComparer.Ordinal);
        foreach (var loop in configured.Union(found, StringComparer.Ordinal))
        {
            // One that cannot be read is taken to be as it was.
            seen[loop] = logs.GetValueOrDefault(loop);
            await TryAsync($"the log of {loop}", () =>
            {
                seen[loop] = adapter.LookAtLog(loop);
                return Task.CompletedTask;
            });
        }

        foreach (var gone in logs.Keys.Where(loop => !seen.ContainsKey(loop)))
        {
            adapter.Forget(gone);
        }

        logs = seen;
        return new WatchedState(seen, leaders);
    }

    /// <summary>Said once for each cause, and again after it was well: a look comes every second.</summary>
    private async Task TryAsync(string what, Func<Task> look)
    {
        try
        {
            await look();
            failing.TryRemove(what, out _);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            var reason = e is AdapterException ? e.Message : $"{e.GetType().Name}: {e.Message}";
            if (!failing.TryGetValue(what, out var known) || known != reason)
            {
                failing[what] = reason;
                LookFailed(what, reason);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Looking at {What} failed and is tried again: {Reason}")]
    private partial void LookFailed(string what, string reason);
}
