using System.Net.Sockets;
using LocalHost.Durable.Ownership;
using LocalHost.Functions;
using LocalHost.Timers;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Converters;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace LocalHost.Tests.Functions;

public sealed class TimerTriggerTests : IAsyncDisposable
{
    private readonly ArmedTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 2, 0, TimeSpan.Zero));
    private readonly InMemoryHubStateStore _store = new();
    private readonly SampleState _state = new();
    private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(30));
    private TimerTriggerService? _service;

    [Fact]
    public async Task A_timer_fires_on_its_schedule()
    {
        await StartAsync("0 */5 * * * *");
        await AdvanceToWaitingAsync(TimeSpan.FromMinutes(3));

        TimerInfo tick = await _state.Ticks.ReadAsync(_patience.Token);

        Assert.False(tick.IsPastDue);
        Assert.Equal(new DateTime(2030, 1, 1, 0, 10, 0, DateTimeKind.Utc), tick.ScheduleStatus!.Next);
    }

    [Fact]
    public async Task An_interval_is_a_schedule_too()
    {
        await StartAsync("00:00:30");
        await AdvanceToWaitingAsync(TimeSpan.FromSeconds(30));

        Assert.False((await _state.Ticks.ReadAsync(_patience.Token)).IsPastDue);
    }

    [Fact]
    public async Task What_was_due_while_no_process_ran_is_past_due_at_the_start()
    {
        await _store.PutTimerStatusAsync("Tick", new TimerStatus(_time.GetUtcNow().AddHours(-1), _time.GetUtcNow().AddMinutes(-57), _time.GetUtcNow().AddHours(-1)), _patience.Token);

        await StartAsync("0 */5 * * * *");

        TimerInfo tick = await _state.Ticks.ReadAsync(_patience.Token);
        Assert.True(tick.IsPastDue);
        Assert.Equal(_time.GetUtcNow().AddHours(-1).UtcDateTime, tick.ScheduleStatus!.Last);
    }

    [Fact]
    public async Task A_first_start_is_not_past_due()
    {
        await StartAsync("0 */5 * * * *");
        await AdvanceToWaitingAsync(TimeSpan.FromMinutes(1));

        Assert.False(_state.Ticks.TryRead(out _));
    }

    [Fact]
    public async Task A_first_occurrence_that_was_missed_is_past_due()
    {
        await StartAsync("0 17 * * * *");
        await _time.Armed.WaitAsync(_patience.Token);
        await _service!.StopAsync(_patience.Token);
        _service.Dispose();
        _time.Advance(TimeSpan.FromMinutes(20));

        await StartAsync("0 17 * * * *");

        Assert.True((await _state.Ticks.ReadAsync(_patience.Token)).IsPastDue);
    }

    [Fact]
    public async Task A_schedule_that_was_changed_counts_from_now_on()
    {
        await _store.PutTimerStatusAsync("Tick", new TimerStatus(_time.GetUtcNow().AddHours(-1), _time.GetUtcNow().AddHours(23), _time.GetUtcNow().AddHours(-1)), _patience.Token);
        await StartAsync("0 */5 * * * *");
        await AdvanceToWaitingAsync(TimeSpan.FromMinutes(3));

        Assert.False((await _state.Ticks.ReadAsync(_patience.Token)).IsPastDue);
    }

    [Fact]
    public async Task What_only_a_schedule_of_before_had_due_is_not_past_due()
    {
        await _store.PutTimerStatusAsync("Tick", new TimerStatus(_time.GetUtcNow().AddHours(-2), _time.GetUtcNow().AddHours(-1), _time.GetUtcNow().AddHours(-2)), _patience.Token);
        await StartAsync("0 0 3 * * *");
        await _time.Armed.WaitAsync(_patience.Token);

        Assert.False(_state.Ticks.TryRead(out _));
        Assert.Equal(new DateTimeOffset(2030, 1, 1, 3, 0, 0, TimeSpan.Zero), (await _store.GetTimerStatusAsync("Tick", _patience.Token))!.Next);
    }

    [Fact]
    public async Task A_status_that_cannot_be_read_is_tried_again()
    {
        FailingOnce store = new(_store);
        await StartAsync("0 */5 * * * *", store);

        // The pause before the next try, then the wait for the occurrence.
        await AdvanceToWaitingAsync(TimeSpan.FromSeconds(5));
        await AdvanceToWaitingAsync(TimeSpan.FromMinutes(3));

        Assert.False((await _state.Ticks.ReadAsync(_patience.Token)).IsPastDue);
    }

    [Fact]
    public async Task A_timer_does_not_overlap_itself()
    {
        _state.HoldTicks = new SemaphoreSlim(0);
        await StartAsync("0 * * * * *");
        await AdvanceToWaitingAsync(TimeSpan.FromMinutes(1));
        await _state.Ticks.ReadAsync(_patience.Token);

        _time.Advance(TimeSpan.FromMinutes(3));
        Assert.False(_state.Ticks.TryRead(out _));

        _state.HoldTicks.Release(100);
        Task<TimerInfo> next = _state.Ticks.ReadAsync(_patience.Token).AsTask();
        while (!next.IsCompleted)
        {
            _patience.Token.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }
    }

    [Theory]
    [InlineData("* * * * *")]
    [InlineData("-00:01:00")]
    [InlineData("soon")]
    public void A_schedule_that_cannot_be_read_is_refused(string schedule)
    {
        Assert.Throws<FormatException>(() => TimerSchedule.Parse(schedule, TimeZoneInfo.Utc));
    }

    [Fact]
    public void A_schedule_is_kept_in_the_local_time_zone()
    {
        TimeZoneInfo zone = TimeZoneInfo.CreateCustomTimeZone("east", TimeSpan.FromHours(2), "east", "east");

        DateTimeOffset next = TimerSchedule.Parse("0 0 9 * * *", zone).Next(_time.GetUtcNow());

        Assert.Equal(new DateTimeOffset(2030, 1, 1, 7, 0, 0, TimeSpan.Zero), next);
    }

    public async ValueTask DisposeAsync()
    {
        if (_service is not null)
        {
            await _service.StopAsync(CancellationToken.None);
            _service.Dispose();
        }

        _patience.Dispose();
    }

    private async Task StartAsync(string schedule, IHubStateStore? store = null)
    {
        FunctionCatalog catalog = FunctionCatalog.From([typeof(SampleFunctions)]);
        ServiceProvider services = new ServiceCollection().AddSingleton(_state).BuildServiceProvider();
        FunctionHost host = new(
            catalog,
            new WorkerApplicationBuilder(new ServiceCollection()).Build(),
            services,
            JsonDataConverter.Default,
            _time,
            TimeSpan.FromHours(1),
            NullLogger<FunctionHost>.Instance);
        host.Client = new LocalHost.Durable.Client.LocalDurableTaskClient(null!, "Hub");
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["TICK_SCHEDULE"] = schedule })
            .Build();
        _service = new TimerTriggerService(catalog, host, store ?? _store, configuration, new LocalHostOptions { TimeProvider = _time }, NullLogger<TimerTriggerService>.Instance);
        await _service.StartAsync(_patience.Token);
    }

    /// <summary>Advances once the loop, which runs on another thread, waits for its next time.</summary>
    private async Task AdvanceToWaitingAsync(TimeSpan by)
    {
        await _time.Armed.WaitAsync(_patience.Token);
        _time.Advance(by);
    }

    /// <summary>A store whose first answer does not come, as when the other end goes away right after the connection was made.</summary>
    private sealed class FailingOnce(IHubStateStore inner) : IHubStateStore
    {
        private int _reads;

        public Task InitializeAsync(CancellationToken cancellationToken) => inner.InitializeAsync(cancellationToken);

        public Task<StoredOwner?> GetOwnerAsync(CancellationToken cancellationToken) => inner.GetOwnerAsync(cancellationToken);

        public Task<string?> TryPutOwnerAsync(OwnerRecord owner, string? expectedVersion, CancellationToken cancellationToken) =>
            inner.TryPutOwnerAsync(owner, expectedVersion, cancellationToken);

        public Task RemoveOwnerAsync(string expectedVersion, CancellationToken cancellationToken) => inner.RemoveOwnerAsync(expectedVersion, cancellationToken);

        public Task<TimerStatus?> GetTimerStatusAsync(string functionName, CancellationToken cancellationToken) =>
            Interlocked.Increment(ref _reads) == 1 ? throw new SocketException((int)SocketError.NotConnected) : inner.GetTimerStatusAsync(functionName, cancellationToken);

        public Task PutTimerStatusAsync(string functionName, TimerStatus status, CancellationToken cancellationToken) =>
            inner.PutTimerStatusAsync(functionName, status, cancellationToken);
    }

    private sealed class ArmedTimeProvider(DateTimeOffset start) : FakeTimeProvider(start)
    {
        public SemaphoreSlim Armed { get; } = new(0);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            Armed.Release();
            return timer;
        }
    }
}
