using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SuperloopAdapter.Awake;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Tests;

/// <summary>Nudges and the sprite's task, against real sockets.</summary>
public sealed class AwakeTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly ConcurrentQueue<string> calls = new();
    private readonly ConcurrentQueue<int> answers = new();
    private readonly string folder = Directory.CreateTempSubdirectory("awake-").FullName;
    private WebApplication? server;

    // Where the sprite's socket hangs, if it does.
    private TaskCompletionSource? answering;

    private string SocketPath => Path.Combine(folder, "api.sock");

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_task_is_held_while_the_leader_lives_refreshed_each_minute_and_given_up_after()
    {
        await ServeAsync();
        var time = new FakeTimeProvider();
        using var task = new SpriteTask(SocketPath, "superloop-x");
        var hold = new AwakeHold(task, TimeSpan.FromHours(1), time, NullLogger.Instance);
        await hold.SeenAsync(leaderLives: false, default);
        Assert.Empty(calls);
        for (var second = 0; second <= 120; second++)
        {
            await hold.SeenAsync(leaderLives: true, default);
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(Enumerable.Repeat("PUT /v1/tasks/superloop-x sprite {\"expire\":\"5m\"}", 3), calls);
        await hold.SeenAsync(leaderLives: false, default);
        Assert.Equal("DELETE /v1/tasks/superloop-x sprite ", calls.Last());
        await hold.SeenAsync(leaderLives: false, default);
        Assert.Equal(4, calls.Count);
    }

    [Fact]
    public async Task The_longest_time_ends_the_hold_until_another_leader_comes_and_a_failed_refresh_is_tried_again()
    {
        await ServeAsync();
        var time = new FakeTimeProvider();
        using var task = new SpriteTask(SocketPath, "t");
        var hold = new AwakeHold(task, TimeSpan.FromMinutes(3), time, NullLogger.Instance);
        answers.Enqueue(500);
        await hold.SeenAsync(leaderLives: true, default);
        await hold.SeenAsync(leaderLives: true, default);
        Assert.Equal(2, calls.Count);
        time.Advance(TimeSpan.FromMinutes(3));
        await hold.SeenAsync(leaderLives: true, default);
        Assert.StartsWith("DELETE", calls.Last(), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromMinutes(3));
        await hold.SeenAsync(leaderLives: true, default);
        Assert.Equal(3, calls.Count);
        await hold.SeenAsync(leaderLives: false, default);
        await hold.SeenAsync(leaderLives: true, default);
        Assert.StartsWith("PUT", calls.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_neither_ends_the_refreshing_nor_lengthens_the_hold()
    {
        await ServeAsync();
        var time = new SleepingTime(Noon);
        using var task = new SpriteTask(SocketPath, "t");
        var hold = new AwakeHold(task, TimeSpan.FromMinutes(3), time, NullLogger.Instance);
        await hold.SeenAsync(leaderLives: true, default);
        time.Slept = -TimeSpan.FromHours(1);
        time.Advance(AwakeHold.Refresh);
        await hold.SeenAsync(leaderLives: true, default);
        Assert.Equal(2, calls.Count);
        time.Advance(TimeSpan.FromMinutes(2));
        await hold.SeenAsync(leaderLives: true, default);
        Assert.StartsWith("DELETE", calls.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_cannot_be_held_is_tried_with_each_look_and_said_once_until_it_is_well_again()
    {
        await ServeAsync();
        var log = new Warnings();
        using var task = new SpriteTask(SocketPath, "t");
        var time = new FakeTimeProvider();
        var hold = new AwakeHold(task, TimeSpan.FromHours(1), time, log);
        foreach (var status in new[] { 500, 500, 500, 200, 500, 500 })
        {
            answers.Enqueue(status);
            time.Advance(AwakeHold.Refresh);
            await hold.SeenAsync(leaderLives: true, default);
        }

        Assert.Equal(6, calls.Count);
        Assert.Equal(2, log.Said.Count);
    }

    [Fact]
    public async Task A_socket_that_hangs_holds_up_no_nudge()
    {
        var address = await ServeAsync(http: true);
        answering = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var repository = new TempRepository();
        repository.Write("config.json", """{"loops":[{"id":"demo-loop"}]}""");
        repository.AppendLog("""{"timestamp":"2026-01-01T00:00:00Z","event":"loop_start"}""" + "\n");
        var processes = new RecordedProcesses([RecordedProcesses.Entry(10, 10, 'S', $"bash /x/superloop.sh run --repo {repository.Path} --loop demo-loop")]);
        using var adapter = new Adapter(repository.Path, processes, TimeProvider.System);
        using var task = new SpriteTask(SocketPath, "t");
        await using (var watch = new LoopWatch(
            adapter, Nudge(address, null), new AwakeHold(task, TimeSpan.FromHours(1), new FakeTimeProvider(), NullLogger.Instance), TimeSpan.FromMilliseconds(5), TimeProvider.System, NullLogger.Instance))
        {
            await UntilAsync(() => calls.Any(static c => c.StartsWith("PUT", StringComparison.Ordinal)) && adapter.Beat.Facts() is not null);
            repository.AppendLog("""{"timestamp":"2026-01-01T00:00:00Z","event":"role_start"}""" + "\n");
            await UntilAsync(() => calls.Any(static c => c.StartsWith("POST", StringComparison.Ordinal)));

            // One at a time, and the one is still under way.
            Assert.Equal(1, calls.Count(static c => c.StartsWith("PUT", StringComparison.Ordinal)));
            answering.SetResult();
        }

        Assert.StartsWith("DELETE", calls.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_the_socket_nothing_breaks()
    {
        using var task = new SpriteTask(SocketPath, "t");
        Assert.False(await task.HoldAsync(default));
        Assert.False(await task.ReleaseAsync(default));
    }

    [Fact]
    public async Task Nudges_are_debounced_carry_the_key_and_are_tried_again_after_failures()
    {
        var address = await ServeAsync(http: true);
        answers.Enqueue(503);
        answers.Enqueue(429);
        await using var nudger = Nudge(address, "k3y");
        for (var i = 0; i < 1000; i++)
        {
            nudger.Notify();
        }

        await UntilAsync(() => calls.Count >= 3);
        Assert.All(calls, static c => Assert.Equal("POST /nudge k3y ", c));

        // 1,000 at once: one that failed twice, and perhaps one for what came while it was under way.
        Assert.InRange(calls.Count, 3, 4);
    }

    [Fact]
    public async Task A_nudge_that_is_refused_waits_for_something_new_and_a_redirect_is_not_followed()
    {
        var address = await ServeAsync(http: true);
        answers.Enqueue(401);
        answers.Enqueue(302);
        await using var nudger = Nudge(address, null);
        nudger.Notify();
        await UntilAsync(() => calls.Count == 1);
        nudger.Notify();
        await UntilAsync(() => calls.Count == 2);
        nudger.Notify();
        await UntilAsync(() => calls.Count == 3);
        Assert.All(calls, static c => Assert.Equal("POST /nudge  ", c));
    }

    [Fact]
    public async Task A_nudge_whose_connection_is_gone_as_soon_as_it_is_made_is_tried_again()
    {
        using var network = new GoneAtOnce(static () => Task.CompletedTask);
        await using var nudger = new Nudger(
            new NudgeOptions(new Uri("http://unused/"), null) { FirstPause = TimeSpan.FromMilliseconds(5) }, network, TimeProvider.System, NullLogger.Instance);
        nudger.Notify();
        await UntilAsync(() => network.Tries >= 2);
    }

    [Fact]
    public async Task A_nudge_that_fails_while_the_service_ends_holds_its_end_up_by_nothing()
    {
        var ending = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var network = new GoneAtOnce(() => ending.Task);
        var nudger = new Nudger(new NudgeOptions(new Uri("http://unused/"), null), network, TimeProvider.System, NullLogger.Instance);
        nudger.Notify();
        await UntilAsync(() => network.Tries == 1);
        var end = nudger.DisposeAsync().AsTask();
        ending.SetResult();
        await end;
    }

    [Fact]
    public async Task An_unreachable_manager_holds_nothing_up()
    {
        await using var nudger = Nudge(new Uri("http://127.0.0.1:1/"), null);
        var began = TimeProvider.System.GetTimestamp();
        nudger.Notify();
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_watched_run_nudges_holds_the_task_and_releases_it_last()
    {
        var address = await ServeAsync(http: true);
        using var runs = await SimulatedRuns.PrepareAsync("""[{"id":"demo-loop","roleMs":1000}]""");
        using var task = new SpriteTask(SocketPath, "t");
        await using (var watch = new LoopWatch(
            runs.Adapter,
            Nudge(address, null),
            new AwakeHold(task, TimeSpan.FromHours(1), TimeProvider.System, NullLogger.Instance),
            TimeSpan.FromMilliseconds(20),
            TimeProvider.System,
            NullLogger.Instance))
        {
            await runs.StartAsync("run-1");
            await UntilAsync(() => calls.Any(static c => c.StartsWith("PUT", StringComparison.Ordinal)) && calls.Any(static c => c.StartsWith("POST", StringComparison.Ordinal)));
            await runs.UntilEventAsync("loop_complete");
            await UntilAsync(() => calls.Any(static c => c.StartsWith("DELETE", StringComparison.Ordinal)));

            // Gone is not yet recorded as ended, and until then nothing is launched.
            await runs.UntilAsync(static s => s.Ext!.Exit is not null);
            await runs.StartAsync("run-2");
            await UntilAsync(() => calls.Count(static c => c.StartsWith("PUT", StringComparison.Ordinal)) == 2);
        }

        Assert.StartsWith("DELETE", calls.Last(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_snapshot_tells_the_beat_of_the_watch_and_none_where_nothing_watches()
    {
        using var repository = new TempRepository();
        repository.Write("config.json", """{"loops":[{"id":"demo-loop"}]}""");
        using var adapter = new Adapter(repository.Path, new RecordedProcesses([]), new FakeTimeProvider(Noon));
        Assert.False((await ExtAsync()).TryGetProperty("beat", out _));
        await using var watch = new LoopWatch(adapter, null, null, TimeSpan.FromSeconds(1), new FakeTimeProvider(), NullLogger.Instance);
        await UntilAsync(() => adapter.Beat.Facts() is not null);
        Assert.Equal("""{"at":"2026-01-01T12:00:00Z","intervalMs":1000}""", (await ExtAsync()).GetProperty("beat").GetRawText());

        async Task<JsonElement> ExtAsync() => JsonElement.Parse(Encoding.UTF8.GetString(await adapter.SnapshotAsync("demo-loop", null, default))).GetProperty("ext");
    }

    [Fact]
    public async Task A_watch_that_hangs_beats_no_more()
    {
        using var repository = new TempRepository();
        var processes = new TroubledProcesses(new RecordedProcesses([]));
        var time = new FakeTimeProvider(Noon);
        using var adapter = new Adapter(repository.Path, processes, time);
        await using var watch = new LoopWatch(adapter, null, null, TimeSpan.FromMilliseconds(5), TimeProvider.System, NullLogger.Instance);
        await UntilAsync(() => adapter.Beat.Facts() is not null);
        using var gate = new ManualResetEventSlim();
        processes.Gate = gate;
        await UntilAsync(() => processes.IsGateReached);
        var last = adapter.Beat.Facts()!.At;
        time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(last, adapter.Beat.Facts()!.At);
        gate.Set();
        await UntilAsync(() => adapter.Beat.Facts()!.At != last);
    }

    [Fact]
    public void A_sprite_that_slept_has_missed_no_beat()
    {
        var time = new SleepingTime(Noon);
        var beat = new WatchBeat(time);
        beat.Beat(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(30));
        time.Slept = TimeSpan.FromHours(1);
        Assert.Equal("2026-01-01T13:00:00Z", beat.Facts()!.At);
    }

    [Theory]
    [InlineData("configuration")]
    [InlineData("one log")]
    [InlineData("processes")]
    public async Task Whatever_cannot_be_read_a_living_leader_is_kept_awake_and_the_other_loops_are_watched(string what)
    {
        var address = await ServeAsync(http: true);
        using var repository = new TempRepository();
        repository.Write("config.json", """{"loops":[{"id":"bad"},{"id":"demo-loop"}]}""");
        repository.AppendLog("""{"timestamp":"2026-01-01T00:00:00Z","event":"loop_start"}""" + "\n");
        var processes = new TroubledProcesses(new RecordedProcesses(
            [RecordedProcesses.Entry(10, 10, 'S', $"bash /x/superloop.sh run --repo {repository.Path} --loop demo-loop")]));
        using var adapter = new Adapter(repository.Path, processes, TimeProvider.System);
        using var task = new SpriteTask(SocketPath, "t");
        var time = new FakeTimeProvider();
        var log = new Warnings();
        await using var watch = new LoopWatch(adapter, Nudge(address, null), new AwakeHold(task, TimeSpan.FromHours(1), time, log), TimeSpan.FromMilliseconds(5), TimeProvider.System, log);
        await UntilAsync(() => calls.Count(IsHold) == 1);
        switch (what)
        {
            case "configuration":
                // A link: nothing that could be torn, and so nothing that is waited for. Put in its place at once: without a file there are no loops.
                File.CreateSymbolicLink(repository.File("link"), repository.LogPath);
                File.Move(repository.File("link"), repository.File("config.json"), overwrite: true);
                break;
            case "one log":
                Directory.CreateDirectory(repository.File("loops/bad"));
                File.CreateSymbolicLink(repository.File("loops/bad/events.jsonl"), repository.LogPath);
                break;
            default:
                processes.Trouble = new InvalidOperationException("odd");
                break;
        }

        // Looked at again and again, and said once.
        await UntilAsync(() => !log.Said.IsEmpty);
        time.Advance(AwakeHold.Refresh);
        await UntilAsync(() => calls.Count(IsHold) == 2);
        var nudges = calls.Count(static c => c.StartsWith("POST", StringComparison.Ordinal));
        repository.AppendLog("""{"timestamp":"2026-01-01T00:00:00Z","event":"role_start"}""" + "\n");
        await UntilAsync(() => calls.Count(static c => c.StartsWith("POST", StringComparison.Ordinal)) > nudges);
        Assert.Single(log.Said);

        static bool IsHold(string call) => call.StartsWith("PUT", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_leader_that_goes_while_another_stays_is_told_once()
    {
        var address = await ServeAsync(http: true);
        using var repository = new TempRepository();
        string Command(string loop) => $"bash /x/superloop.sh run --repo {repository.Path} --loop {loop}";
        List<ProcessEntry> living = [RecordedProcesses.Entry(10, 10, 'S', Command("a")), RecordedProcesses.Entry(20, 20, 'S', Command("b"))];
        var processes = new TroubledProcesses(new RecordedProcesses(living));
        using var adapter = new Adapter(repository.Path, processes, TimeProvider.System);
        await using var watch = new LoopWatch(adapter, Nudge(address, null), null, TimeSpan.FromMilliseconds(5), TimeProvider.System, NullLogger.Instance);
        await UntilAsync(() => adapter.Beat.Facts() is not null);
        Assert.Empty(calls);
        processes.Inner = new RecordedProcesses(living[..1]);
        await UntilAsync(() => !calls.IsEmpty);

        // Whatever the looks after it see is the same: what is said next is what changes next.
        processes.Inner = new RecordedProcesses([living[0] with { StartTicks = 5 }]);
        await UntilAsync(() => calls.Count == 2);
        Assert.All(calls, static c => Assert.Equal("POST /nudge  ", c));
    }

    [Fact]
    public async Task A_loop_that_only_its_artifacts_tell_of_is_watched()
    {
        var address = await ServeAsync(http: true);
        using var repository = new TempRepository();
        repository.Write("config.json", """{"loops":[{"id":"other"}]}""");
        using var adapter = new Adapter(repository.Path, RecordedProcesses.None, TimeProvider.System);
        await using var watch = new LoopWatch(adapter, Nudge(address, null), null, TimeSpan.FromMilliseconds(5), TimeProvider.System, NullLogger.Instance);
        await UntilAsync(() => adapter.Beat.Facts() is not null);
        repository.AppendLog("""{"timestamp":"2026-01-01T00:00:00Z","event":"loop_start"}""" + "\n");
        await UntilAsync(() => !calls.IsEmpty);
        var before = calls.Count;
        repository.AppendLog("""{"timestamp":"2026-01-01T00:00:00Z","event":"role_start"}""" + "\n");
        await UntilAsync(() => calls.Count > before);
    }

    private static Nudger Nudge(Uri address, string? key) => new(
        new NudgeOptions(address, key) { Debounce = TimeSpan.FromMilliseconds(50), FirstPause = TimeSpan.FromMilliseconds(5) }, Nudger.Handler(), TimeProvider.System, NullLogger.Instance);

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(5, bound.Token);
        }
    }

    private async Task<Uri> ServeAsync(bool http = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(SocketPath);
            if (http)
            {
                kestrel.Listen(IPAddress.Loopback, 0);
            }
        });
        server = builder.Build();
        server.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var body = await reader.ReadToEndAsync();
            var who = context.Request.Method == "POST" ? context.Request.Headers["x-functions-key"].ToString() : context.Request.Host.Value;
            context.Response.StatusCode = answers.TryDequeue(out var status) ? status : 200;
            context.Response.Headers.Location = "/elsewhere";
            calls.Enqueue($"{context.Request.Method} {context.Request.Path} {who} {body}");
            if (context.Request.Method == "PUT" && answering is { } answer)
            {
                await answer.Task;
            }
        });
        await server.StartAsync();
        return http ? new Uri(new Uri(server.Urls.First(static u => !u.Contains("unix", StringComparison.Ordinal))), "/nudge") : new Uri("http://unused/");
    }

    /// <summary>What the platform does when the other end resets a connection before it was used: the error of the socket comes through.</summary>
    private sealed class GoneAtOnce(Func<Task> before) : HttpMessageHandler
    {
        private int tries;

        public int Tries => Volatile.Read(ref tries);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref tries);
            await before();
            throw new SocketException((int)SocketError.NotConnected);
        }
    }

    /// <summary>A process table that fails when it is told to, in a way nobody expects.</summary>
    private sealed class TroubledProcesses(IProcessTable inner) : IProcessTable
    {
        private volatile bool reached;
        private volatile IProcessTable inner = inner;

        /// <summary>The processes there are.</summary>
        public IProcessTable Inner
        {
            get => inner;
            set => inner = value;
        }

        public Exception? Trouble { get; set; }

        /// <summary>Where readers wait, if there is one.</summary>
        public ManualResetEventSlim? Gate { get; set; }

        public bool IsGateReached => reached;

        public string? BootId => inner.BootId;

        public IReadOnlyList<ProcessEntry>? Read()
        {
            if (Gate is { } gate)
            {
                reached = true;
                gate.Wait(TimeSpan.FromSeconds(30));
            }

            return Trouble is null ? inner.Read() : throw Trouble;
        }

        public IReadOnlyList<string> ArgumentsOf(int pid) => inner.ArgumentsOf(pid);

        public string? WorkingFolder(int pid) => inner.WorkingFolder(pid);

        public bool HasEnvironment(int pid, string entry) => inner.HasEnvironment(pid, entry);
    }

    /// <summary>A machine whose wall clock went on while it slept, and nothing else.</summary>
    private sealed class SleepingTime(DateTimeOffset start) : FakeTimeProvider(start)
    {
        public TimeSpan Slept { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Slept;

        public override long GetTimestamp() => base.GetUtcNow().Ticks;
    }

    /// <summary>What was said that somebody should see.</summary>
    private sealed class Warnings : ILogger
    {
        public ConcurrentQueue<string> Said { get; } = new();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                Said.Enqueue(formatter(state, exception));
            }
        }
    }
}
