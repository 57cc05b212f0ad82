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
    private readonly ArmedTimeProvider time = new(new DateTimeOffset(2030, 1, 1, 0, 2, 0, TimeSpan.Zero));
    private readonly InMemoryHubStateStore store = new();
    private readonly SampleState state = new();
    private readonly CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
    private TimerTriggerService? service;

    [Fact]
    public async Task A_timer_fires_on_its_schedule()
    {
        await StartAsync("0 */5 * * * *");
        await AdvanceToWaitingAsync(TimeSpan.FromMinutes(3));

        TimerInfo tick = await state.Ticks.ReadAsync(patience.Token);

        Assert.False(tick.IsPastDue);
        Assert.Equal(new DateTime(2030, 1, 1, 0, 10, 0, DateTimeKind.Utc), tick.ScheduleStatus!.Next);
    }

    [Fact]
    public async Task An_interval_is_a_schedule_too()
    {
        await StartAsync("00:00:30");
        await AdvanceToWaitingAsync(TimeSpan.FromSeconds(30));

        Assert.False((await state.Ticks.ReadAsync(patience.Token)).IsPastDue);
    }

    [Fact]
    public async Task What_was_due_while_no_process_ran_is_past_due_at_the_start()
    {
        await store.PutTimerStatusAsync("Tick", new TimerStatus(time.GetUtcNow().AddHours(-1), time.GetUtcNow().AddMinutes(-55), time.GetUtcNow().AddHours(-1)), patience.Token);

        await StartAsync("0 */5 * * * *");

        TimerInfo tick = await state.Ticks.ReadAsync(patience.Token);
        Assert.True(tick.IsPastDue);
        Assert.Equal(time.GetUtcNow().AddHours(-1).UtcDateTime, tick.ScheduleStatus!.Last);
    }

    [Fact]
    public async Task A_first_start_is_not_past_due()
    {
        await StartAsync("0 */5 * * * *");
        await AdvanceToWaitingAsync(TimeSpan.FromMinutes(1));

        Assert.False(state.Ticks.TryRead(out _));
    }

    [Fact]
    public async Task A_timer_does_not_overlap_itself()
    {
        state.HoldTicks = new SemaphoreSlim(0);
        await StartAsync("0 * * * * *");
        await AdvanceToWaitingAsync(TimeSpan.FromMinutes(1));
        await state.Ticks.ReadAsync(patience.Token);

        time.Advance(TimeSpan.FromMinutes(3));
        Assert.False(state.Ticks.TryRead(out _));

        state.HoldTicks.Release(100);
        Task<TimerInfo> next = state.Ticks.ReadAsync(patience.Token).AsTask();
        while (!next.IsCompleted)
        {
            patience.Token.ThrowIfCancellationRequested();
            time.Advance(TimeSpan.FromSeconds(10));
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

        DateTimeOffset next = TimerSchedule.Parse("0 0 9 * * *", zone).Next(time.GetUtcNow());

        Assert.Equal(new DateTimeOffset(2030, 1, 1, 7, 0, 0, TimeSpan.Zero), next);
    }

    public async ValueTask DisposeAsync()
    {
        if (service is not null)
        {
            await service.StopAsync(CancellationToken.None);
            service.Dispose();
        }

        patience.Dispose();
    }

    private async Task StartAsync(string schedule)
    {
        FunctionCatalog catalog = FunctionCatalog.From([typeof(SampleFunctions)]);
        ServiceProvider services = new ServiceCollection().AddSingleton(state).BuildServiceProvider();
        FunctionHost host = new(
            catalog,
            new WorkerApplicationBuilder(new ServiceCollection()).Build(),
            services,
            JsonDataConverter.Default,
            time,
            TimeSpan.FromHours(1),
            NullLogger<FunctionHost>.Instance);
        host.Client = new LocalHost.Durable.Client.LocalDurableTaskClient(null!, "Hub");
        IConfiguration configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["TICK_SCHEDULE"] = schedule })
            .Build();
        service = new TimerTriggerService(catalog, host, store, configuration, new LocalHostOptions { TimeProvider = time }, NullLogger<TimerTriggerService>.Instance);
        await service.StartAsync(patience.Token);
    }

    /// <summary>Advances once the loop, which runs on another thread, waits for its next time.</summary>
    private async Task AdvanceToWaitingAsync(TimeSpan by)
    {
        await time.Armed.WaitAsync(patience.Token);
        time.Advance(by);
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
