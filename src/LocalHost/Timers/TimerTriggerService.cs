using LocalHost.Durable.Ownership;
using LocalHost.Functions;
using LocalHost.Hosting;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Timers;

/// <summary>Runs the timer triggers: one loop each, so that a timer never overlaps itself.</summary>
internal sealed partial class TimerTriggerService : BackgroundService
{
    // Timers of the platform end at 49 days.
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(5);

    private readonly FunctionCatalog _catalog;
    private readonly FunctionHost _host;
    private readonly IHubStateStore _store;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger<TimerTriggerService> _logger;
    private readonly IReadOnlyDictionary<string, TimerSchedule> _schedules;
    private readonly IReadOnlyDictionary<string, SemaphoreSlim> _turns;

    public TimerTriggerService(
        FunctionCatalog catalog,
        FunctionHost host,
        IHubStateStore store,
        IConfiguration configuration,
        LocalHostOptions options,
        ILogger<TimerTriggerService> logger)
    {
        _catalog = catalog;
        _host = host;
        _store = store;
        _logger = logger;
        _timeProvider = options.TimeProvider;

        // A schedule that cannot be read stops the start, not the first tick.
        _schedules = catalog.OfKind(TriggerKind.Timer).ToDictionary(
            function => function.Name,
            function => TimerSchedule.Parse(AppSettings.Resolve(((TimerTriggerAttribute)function.Trigger).Schedule, configuration), _timeProvider.LocalTimeZone));
        _turns = _schedules.Keys.ToDictionary(name => name, _ => new SemaphoreSlim(1, 1));
    }

    public async Task RunNowAsync(FunctionDescriptor function, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _timeProvider.GetUtcNow();
        await RunAsync(function, new TimerStatus(now, _schedules[function.Name].Next(now), now), isPastDue: false, cancellationToken);
    }

    public override void Dispose()
    {
        foreach (SemaphoreSlim turn in _turns.Values)
        {
            turn.Dispose();
        }

        base.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
        => Task.WhenAll(_catalog.OfKind(TriggerKind.Timer).Select(function => LoopAsync(function, _schedules[function.Name], stoppingToken)));

    private async Task LoopAsync(FunctionDescriptor function, TimerSchedule schedule, CancellationToken stopping)
    {
        TimerTriggerAttribute trigger = (TimerTriggerAttribute)function.Trigger;
        try
        {
            (TimerStatus status, bool isPastDue) = await BeginAsync(function, schedule, stopping);
            if (isPastDue || trigger.RunOnStartup)
            {
                status = await RunAsync(function, status, isPastDue, stopping);
            }

            while (true)
            {
                // An occurrence that passed while the function ran is not made up for.
                DateTimeOffset now = _timeProvider.GetUtcNow();
                DateTimeOffset next = status.Next > now ? status.Next : schedule.Next(now);
                await DelayUntilAsync(next, stopping);
                status = await RunAsync(function, status with { Next = next }, isPastDue: false, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // What was due in the meantime is past due at the next start.
        }
    }

    private async Task<(TimerStatus Status, bool IsPastDue)> BeginAsync(FunctionDescriptor function, TimerSchedule schedule, CancellationToken stopping)
    {
        bool isMonitored = ((TimerTriggerAttribute)function.Trigger).UseMonitor;
        while (true)
        {
            try
            {
                TimerStatus? stored = isMonitored ? await _store.GetTimerStatusAsync(function.Name, stopping) : null;
                (TimerStatus Status, bool IsPastDue) found = ScheduleMonitor.Check(schedule, stored, _timeProvider.GetUtcNow());
                if (found.Status != stored)
                {
                    await SaveAsync(function, found.Status, stopping);
                }

                return found;
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // A timer that was never started is missed by nobody until it is needed.
                LogNotRead(exception, function.Name);
                await Task.Delay(RetryPause, _timeProvider, stopping);
            }
        }
    }

    private async Task DelayUntilAsync(DateTimeOffset due, CancellationToken stopping)
    {
        while (due - _timeProvider.GetUtcNow() is { Ticks: > 0 } remaining)
        {
            TimeSpan delay = TimeSpan.FromMilliseconds(Math.Ceiling(remaining.TotalMilliseconds));
            await Task.Delay(delay < LongestDelay ? delay : LongestDelay, _timeProvider, stopping);
        }
    }

    private async Task<TimerStatus> RunAsync(FunctionDescriptor function, TimerStatus planned, bool isPastDue, CancellationToken stopping)
    {
        SemaphoreSlim turn = _turns[function.Name];
        await turn.WaitAsync(stopping);
        try
        {
            DateTimeOffset started = _timeProvider.GetUtcNow();
            TimerInfo timer = new()
            {
                IsPastDue = isPastDue,
                ScheduleStatus = new ScheduleStatus
                {
                    Last = planned.Last.UtcDateTime,
                    Next = _schedules[function.Name].Next(started).UtcDateTime,
                    LastUpdated = planned.LastUpdated.UtcDateTime,
                },
            };
            try
            {
                await _host.RunTimerAsync(function, timer, stopping);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !stopping.IsCancellationRequested)
            {
                LogFailed(exception, function.Name);
            }

            TimerStatus status = new(started, _schedules[function.Name].Next(started), started);
            await SaveAsync(function, status, stopping);
            return status;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task SaveAsync(FunctionDescriptor function, TimerStatus status, CancellationToken stopping)
    {
        if (!((TimerTriggerAttribute)function.Trigger).UseMonitor)
        {
            return;
        }

        try
        {
            await _store.PutTimerStatusAsync(function.Name, status, stopping);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The timer goes on; at worst the next start takes it for past due.
            LogNotSaved(exception, function.Name);
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The timer-triggered function {Function} failed.")]
    private partial void LogFailed(Exception exception, string function);

    [LoggerMessage(2, LogLevel.Warning, "The status of the timer {Function} could not be stored.")]
    private partial void LogNotSaved(Exception exception, string function);

    [LoggerMessage(3, LogLevel.Warning, "The status of the timer {Function} could not be read; it is tried again.")]
    private partial void LogNotRead(Exception exception, string function);
}
