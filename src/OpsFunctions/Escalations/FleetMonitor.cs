using Microsoft.Extensions.Logging;
using OpsFunctions.Telemetry;
using OpsManager.Core.Alerts;
using OpsManager.Core.Escalations;
using OpsManager.Core.Primitives;
using OpsManager.Storage.Notifications;

namespace OpsFunctions.Escalations;

/// <summary>
/// Raises one escalation about the manager itself when more than half of the fleet cannot be polled at once, and resolves it. It is an
/// alert without a run: its row is both what is known and what is to be told, and what keeps policies from acting run by run.
/// </summary>
/// <param name="store">Alerts.</param>
/// <param name="signal">Has it told at once.</param>
/// <param name="metrics">Numbers.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Logger.</param>
public sealed partial class FleetMonitor(INotificationStore store, NotificationSignal signal, RunMetrics metrics, TimeProvider time, ILogger<FleetMonitor> logger)
{
    /// <summary>Judges what a tick of the watchdog counted. Never fails the tick.</summary>
    public async Task JudgeAsync(FleetTally tally, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tally);
        try
        {
            await StoreAsync(tally, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The next tick judges anew.
            JudgementLost(logger, exception);
        }
    }

    /// <summary>Whether the manager suspects itself. Never fails who asks: that it cannot be read says nothing.</summary>
    public async Task<bool> IsSuspectedAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await FindAsync(cancellationToken) is { Value.Status: not AlertStatus.Resolved };
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            JudgementUnread(logger, exception);
            return false;
        }
    }

    private Task<Tagged<Alert>?> FindAsync(CancellationToken cancellationToken) => store.FindAlertAsync(Alert.KeyOf(null, FleetSuspicion.Code), cancellationToken);

    private async Task StoreAsync(FleetTally tally, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var known = await FindAsync(cancellationToken);
        var isOpen = known is { Value.Status: not AlertStatus.Resolved };
        var holds = FleetSuspicion.Holds(tally.Live, tally.Failing);
        if (holds == isOpen)
        {
            return;
        }

        // Soon after its end it is the same one again, as with runs.
        var again = known is not null && now - known.Value.ResolvedAt <= TimeSpan.FromMinutes(15);
        var alert = holds
            ? new Alert
            {
                Code = FleetSuspicion.Code,
                Severity = EscalationSeverity.Critical,
                Status = AlertStatus.Open,
                Detail = FleetSuspicion.Detail(tally.Live, tally.Failing, tally.CommonCode),
                Since = again ? known!.Value.Since : now,
                Count = again ? known!.Value.Count + 1 : 1,
                SeenAt = now,
                Deliveries = known?.Value.Deliveries ?? ValueList<SinkDelivery>.Empty,
            }
            : known!.Value with { Status = AlertStatus.Resolved, ResolvedAt = now };

        // Two watchdogs may see it at once: the second one's write is refused, and it says nothing.
        if (await store.SaveAsync(new Tagged<Alert>(alert, known?.Tag), cancellationToken) is null)
        {
            return;
        }

        if (holds)
        {
            Suspected(logger, tally.Failing, tally.Live, tally.CommonCode);
            metrics.Raised(FleetSuspicion.Code, EscalationSeverity.Critical);
        }
        else
        {
            Recovered(logger, tally.Failing, tally.Live);
        }

        signal.Raise();
    }
}
