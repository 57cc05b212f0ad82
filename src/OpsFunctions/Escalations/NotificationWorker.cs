using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpsManager.Notifications.Sinks;

namespace OpsFunctions.Escalations;

/// <summary>Delivers right after a decision, beside whatever stored it: a sink that is slow must not hold up an engine.</summary>
/// <param name="dispatcher">Delivers.</param>
/// <param name="signal">Says when.</param>
/// <param name="sinks">The configured sinks.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Logger.</param>
public sealed partial class NotificationWorker(
    NotificationDispatcher dispatcher, NotificationSignal signal, SinkCatalog sinks, TimeProvider time, ILogger<NotificationWorker> logger) : BackgroundService
{
    // What comes later than this is the timer's: an instance may be gone by then.
    private static readonly TimeSpan Foresight = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (sinks.All.Count == 0)
        {
            NotificationsOff(logger);
        }

        DateTimeOffset? next = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WaitAsync(next, stoppingToken);
                next = (await dispatcher.RunAsync(stoppingToken)).NextAt;
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The store is away, or something of ours is broken; the timer tries again.
                DispatchFailed(logger, exception);
                next = null;
            }
        }
    }

    private async Task WaitAsync(DateTimeOffset? next, CancellationToken cancellationToken)
    {
        var pause = next - time.GetUtcNow();
        if (pause is not { } wait || wait > Foresight)
        {
            await signal.WaitAsync(cancellationToken);
            return;
        }

        using var due = new CancellationTokenSource(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(due.Token, cancellationToken);
        try
        {
            await signal.WaitAsync(linked.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // It is time, although nobody said anything.
        }
    }

    [LoggerMessage(EventName = "NotificationsOff", Level = LogLevel.Warning, Message = "No sinks are configured (Escalations:SinksFile): escalations are recorded and shown, and nobody is told")]
    private static partial void NotificationsOff(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "Telling of escalations failed; the timer tries again")]
    private static partial void DispatchFailed(ILogger logger, Exception exception);
}
