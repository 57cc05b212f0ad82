using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsFunctions.Telemetry;
using OpsManager.Core.Alerts;
using OpsManager.Core.Primitives;
using OpsManager.Notifications.Configuration;
using OpsManager.Notifications.Routing;
using OpsManager.Notifications.Sinks;
using OpsManager.Storage.Notifications;

namespace OpsFunctions.Escalations;

/// <summary>
/// Tells sinks what they are to know, at least once. It keeps nothing in memory between passes: whoever dies at any point leaves rows
/// from which the next pass goes on, and says at worst something twice.
/// </summary>
/// <param name="store">Markers, alerts, groups, silences, health of sinks.</param>
/// <param name="intake">Reads markers.</param>
/// <param name="sinks">The sinks.</param>
/// <param name="router">Finds sinks.</param>
/// <param name="composer">Makes messages.</param>
/// <param name="options">Settings.</param>
/// <param name="metrics">Numbers.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Logger.</param>
public sealed partial class NotificationDispatcher(
    INotificationStore store,
    AlertIntake intake,
    SinkCatalog sinks,
    Router router,
    NotificationComposer composer,
    IOptions<NotificationOptions> options,
    NotificationMetrics metrics,
    TimeProvider time,
    ILogger<NotificationDispatcher> logger) : IDisposable
{
    private const int MarkersAtOnce = 500;
    private const int RoundsAtMost = 10;
    private const int MessagesAtOnce = 50;

    /// <summary>A sink that was removed from the configuration was not told; nobody waits for it.</summary>
    private const string SinkRemoved = "sink_removed";

    // A pass ends well before its lease does, so that two dispatchers seldom meet.
    private static readonly TimeSpan LeaseTime = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan SendingTime = TimeSpan.FromSeconds(90);

    // A silence that has ended is shown for a while: somebody may ask why it was quiet.
    private static readonly TimeSpan SilenceKept = TimeSpan.FromDays(7);

    private readonly string _owner = Guid.NewGuid().ToString("N");
    private readonly SemaphoreSlim _gate = new(1);

    /// <summary>One pass. Of several at once, all but one do nothing.</summary>
    public async Task<DispatchReport> RunAsync(CancellationToken cancellationToken)
    {
        if (!await _gate.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            return new DispatchReport();
        }

        try
        {
            return await PassAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<DispatchReport> PassAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var markers = await store.ListMarkersAsync(MarkersAtOnce, cancellationToken);
        var board = await store.ReadBoardAsync(cancellationToken);
        if (markers.Count == 0 && !HasWork(board, now))
        {
            var idle = Plan(board.ToAlertBoard(), now);
            return new DispatchReport { Held = idle.Held.Count, NextAt = NextAt(board, idle, now) };
        }

        if (!await store.TryLeaseAsync(_owner, now, now + LeaseTime, cancellationToken))
        {
            return new DispatchReport();
        }

        try
        {
            return await WorkAsync(markers, cancellationToken);
        }
        finally
        {
            // If the store is away the lease runs out by itself.
            await store.ReleaseAsync(_owner, CancellationToken.None);
        }
    }

    private async Task<DispatchReport> WorkAsync(IReadOnlyList<NotificationMarker> markers, CancellationToken cancellationToken)
    {
        var tally = new Tally();
        var started = time.GetUtcNow();
        for (var round = 1; ; round++)
        {
            foreach (var marker in markers)
            {
                await TakeAsync(marker, cancellationToken);
            }

            // Nobody else writes what is sent while the lease holds, but silences and the fleet's own alert may change at any time.
            using var board = new WorkingBoard(await store.ReadBoardAsync(cancellationToken), store);
            await GroupAsync(board, cancellationToken);
            await SendAsync(board, tally, started + SendingTime, cancellationToken);
            await SettleAsync(board, cancellationToken);

            var now = time.GetUtcNow();
            var left = await store.ListMarkersAsync(MarkersAtOnce, cancellationToken);
            if (round == RoundsAtMost || now - started > SendingTime || left.All(marker => markers.Any(seen => seen.StoreTag == marker.StoreTag)))
            {
                var plan = Plan(board.Current.ToAlertBoard(), now);
                return new DispatchReport
                {
                    Delivered = tally.Delivered,
                    Failed = tally.Failed,
                    Parked = tally.Parked,
                    Held = plan.Held.Count,
                    NextAt = NextAt(board.Current, plan, now),
                };
            }

            markers = left;
        }
    }

    private async Task TakeAsync(NotificationMarker marker, CancellationToken cancellationToken)
    {
        try
        {
            await intake.TakeAsync(marker, cancellationToken);
        }
        catch (OpsManager.Storage.Documents.UnreadableDocumentException exception)
        {
            // One damaged run must not keep the others quiet; its marker stays.
            IntakeFailed(logger, exception, marker.RunId);
        }
    }

    private GroupPlan Grouping(AlertBoard board, DateTimeOffset now) => GroupPlanner.Plan(board, router.Route, options.Value.Rules(), now);

    private DeliveryPlan Plan(AlertBoard board, DateTimeOffset now) =>
        DeliveryPlanner.Plan(board, Grouping(board, now).Waiting, router.Route, options.Value.Rules(), now);

    private bool HasWork(NotificationBoard stored, DateTimeOffset now)
    {
        var board = stored.ToAlertBoard();
        var grouping = Grouping(board, now);
        var plan = Plan(board, now);
        return grouping.Joins.Count > 0
            || NewlyHeld(stored, plan).Any()
            || plan.Settled.Count > 0
            || plan.SettledGroups.Count > 0
            || plan.Messages.Any(message => !IsPaused(stored, message.Sink, now))
            || stored.Sinks.Keys.Any(name => sinks.Find(name) is null)
            || board.Silences.Any(silence => now - silence.ExpiresAt > SilenceKept);
    }

    private static IEnumerable<string> NewlyHeld(NotificationBoard board, DeliveryPlan plan) => plan.Held.Where(key => !board.Alerts[key].Value.WasHeld);

    private static bool IsPaused(NotificationBoard board, string sink, DateTimeOffset now) =>
        board.Sinks.TryGetValue(sink, out var health) && health.Value.NextAttemptAt > now;

    private static DateTimeOffset? NextAt(NotificationBoard board, DeliveryPlan plan, DateTimeOffset now)
    {
        var paused = plan.Messages.Select(message => board.Sinks.GetValueOrDefault(message.Sink)?.Value.NextAttemptAt).Where(at => at > now).Min();
        return plan.NextAt is null || paused < plan.NextAt ? paused ?? plan.NextAt : plan.NextAt;
    }

    private async Task GroupAsync(WorkingBoard board, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var plan = Grouping(board.Current.ToAlertBoard(), now);
        foreach (var group in plan.NewGroups)
        {
            await board.AddAsync(group, cancellationToken);
        }

        foreach (var (key, id) in plan.Joins)
        {
            await board.ChangeAsync(key, alert => alert with { Group = id }, cancellationToken);
        }

        foreach (var id in plan.Joins.Select(join => join.Group).Distinct().Where(id => !plan.NewGroups.Any(group => group.Id == id)))
        {
            await board.ChangeGroupAsync(id, group => group with { JoinedAt = now }, cancellationToken);
        }
    }

    private async Task SendAsync(WorkingBoard board, Tally tally, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var plan = Plan(board.Current.ToAlertBoard(), time.GetUtcNow());
        await Task.WhenAll(plan.Messages
            .GroupBy(message => message.Sink, StringComparer.Ordinal)
            .Select(messages => SendAsync(board, messages.Key, [.. messages], tally, until, cancellationToken)));
    }

    private async Task SendAsync(
        WorkingBoard board, string name, IReadOnlyList<PlannedMessage> messages, Tally tally, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var sink = sinks.Find(name);
        var health = board.HealthOf(name);
        var left = messages.Count;

        // What failed before comes last: one message that a sink chokes on must not keep it from the others.
        foreach (var message in messages.OrderBy(message => message.FailingSince is not null).ThenBy(message => message.FailingSince).Take(MessagesAtOnce))
        {
            var now = time.GetUtcNow();
            if (sink is null)
            {
                await ParkAsync(board, message, SinkRemoved, "The configuration has no such sink any more.", tally, cancellationToken);
                continue;
            }

            if (message.FailingSince is { } since && now - since >= options.Value.GiveUpAfter)
            {
                await ParkAsync(board, message, SinkErrorCodes.GaveUp, $"It was tried since {since:O}.", tally, cancellationToken);
                continue;
            }

            if (health.NextAttemptAt > now || now > until)
            {
                return;
            }

            switch (await TryAsync(sink, message, now, cancellationToken))
            {
                case SinkResult.Delivered:
                    left--;
                    Interlocked.Increment(ref tally.Delivered);
                    metrics.Sent(sink.Type, "delivered");
                    Sent(logger, name, message.Key, message.Status);
                    await board.ToldAsync(message, told => Told(told, message, now), cancellationToken);
                    if (health.FailingSince is not null)
                    {
                        SinkRecovered(logger, name);
                    }

                    health = health.Succeeded(now);
                    break;
                case SinkResult.Refused refused:
                    left--;
                    metrics.Sent(sink.Type, "refused");
                    await ParkAsync(board, message, refused.Code, refused.Detail, tally, cancellationToken);
                    health = health.Failed(now, refused.Code, refused.Detail, null);
                    SinkFailing(logger, name, refused.Code, health.Failures, left, null, refused.Detail);
                    break;
                case SinkResult.Failed failed:
                    Interlocked.Increment(ref tally.Failed);
                    metrics.Sent(sink.Type, "failed");
                    health = health.Failed(now, failed.Code, failed.Detail, options.Value.Rules().PauseAfter(health.Failures + 1, failed.RetryAfter));
                    SinkFailing(logger, name, failed.Code, health.Failures, left, health.NextAttemptAt, failed.Detail);
                    await board.SaveHealthAsync(health, cancellationToken);
                    await board.ToldAsync(message, told => told with { FailingSince = told.FailingSince ?? now }, cancellationToken);
                    return;
            }

            await board.SaveHealthAsync(health, cancellationToken);
        }
    }

    private async Task<SinkResult> TryAsync(INotificationSink sink, PlannedMessage message, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            return await sink.SendAsync(composer.Compose(message, now), cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // A defect of one sink is that sink's trouble and shown as such.
            SinkThrew(logger, exception, sink.Name);
            return new SinkResult.Failed("exception", exception.GetType().Name, null);
        }
    }

    private async Task ParkAsync(WorkingBoard board, PlannedMessage message, string code, string detail, Tally tally, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref tally.Parked);
        Parked(logger, message.Sink, message.Key, message.Status, code, detail);
        await board.ToldAsync(message, told => told with { Parked = message.Status, ParkedCode = code, FailingSince = null }, cancellationToken);
    }

    private static SinkDelivery Told(SinkDelivery told, PlannedMessage message, DateTimeOffset now) => told with
    {
        Told = message.Status,
        ToldSeverity = message.Status == AlertStatus.Open ? message.Severity : told.ToldSeverity,
        ToldRuns = message.Group is null ? 0 : message.Alerts.Count,
        RaisedAt = message.Status == AlertStatus.Open ? now : told.RaisedAt,
        FailingSince = null,
        Parked = null,
        ParkedCode = null,
    };

    private async Task SettleAsync(WorkingBoard board, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var plan = Plan(board.Current.ToAlertBoard(), now);
        foreach (var key in NewlyHeld(board.Current, plan).ToArray())
        {
            await board.ChangeAsync(key, alert => alert with { WasHeld = true }, cancellationToken);
        }

        foreach (var id in plan.SettledGroups)
        {
            // The members go on by themselves, with what the group was told: what comes back soon is still flapping.
            var told = board.Current.Groups[id].Value.Deliveries;
            foreach (var key in board.Current.Alerts.Values.Where(alert => alert.Value.Group == id).Select(alert => alert.Value.Key).ToArray())
            {
                await board.ChangeAsync(key, alert => alert with { Group = null, Deliveries = Alone(told) }, cancellationToken);
            }

            await board.RemoveGroupAsync(id, cancellationToken);
        }

        foreach (var key in plan.Settled)
        {
            await board.RemoveAsync(key, cancellationToken);
        }

        foreach (var health in board.Current.Sinks.Values.Where(health => sinks.Find(health.Value.Sink) is null))
        {
            await store.RemoveAsync(health, cancellationToken);
        }

        foreach (var silence in board.Current.Silences.Values.Where(silence => now - silence.Value.ExpiresAt > SilenceKept))
        {
            await store.RemoveSilenceAsync(silence.Value.Id, cancellationToken);
        }
    }

    private static ValueList<SinkDelivery> Alone(IEnumerable<SinkDelivery> deliveries) =>
        deliveries.Select(static delivery => delivery with { ToldRuns = 0 }).ToValueList();

    private sealed class Tally
    {
        public int Delivered;
        public int Failed;
        public int Parked;
    }
}
