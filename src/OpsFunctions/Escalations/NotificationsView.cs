using Microsoft.Extensions.Options;
using OpsFunctions.Api;
using OpsManager.Core.Alerts;
using OpsManager.Notifications.Configuration;
using OpsManager.Notifications.Routing;
using OpsManager.Notifications.Sinks;
using OpsManager.Storage.Notifications;

namespace OpsFunctions.Escalations;

/// <summary>Shows how people are told: the part of the fleet view that is not about runs.</summary>
/// <param name="store">The board.</param>
/// <param name="sinks">The sinks.</param>
/// <param name="router">Finds sinks.</param>
/// <param name="options">Settings.</param>
public sealed class NotificationsView(INotificationStore store, SinkCatalog sinks, Router router, IOptions<NotificationOptions> options)
{
    private const int MarkersCounted = 1000;

    /// <summary>Reads it.</summary>
    public async Task<(NotificationsResource Notifications, SuspicionResource? Suspicion)> ReadAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var markers = await store.ListMarkersAsync(MarkersCounted, cancellationToken);
        var board = (await store.ReadBoardAsync(cancellationToken)).ToAlertBoard();
        var rules = options.Value.Rules();
        var plan = DeliveryPlanner.Plan(board, GroupPlanner.Plan(board, router.Route, rules, now).Waiting, router.Route, rules, now);
        var notifications = new NotificationsResource
        {
            Configured = sinks.All.Count > 0,
            Sinks = [.. sinks.All.Select(sink => Show(sink, board, plan))],
            PendingMarkers = markers.Count,
            Held = plan.Held.Count,
            ActiveSilences = board.Silences.Count(silence => silence.IsActive(now)),
        };
        return (notifications, board.Suspicion is { } alert
            ? new SuspicionResource { Code = alert.Code, Severity = alert.Severity, Since = alert.Since, Count = alert.Count, Detail = alert.Detail }
            : null);
    }

    private static SinkResource Show(INotificationSink sink, AlertBoard board, DeliveryPlan plan)
    {
        var health = board.Sinks.FirstOrDefault(each => each.Sink == sink.Name);
        return new SinkResource
        {
            Name = sink.Name,
            Type = sink.Type,
            Status = health is null ? "unused" : health.FailingSince is null ? "ok" : "failing",
            Pending = plan.Messages.Count(message => message.Sink == sink.Name),
            Parked = board.Alerts.Count(alert => alert.Status != AlertStatus.Resolved && alert.ToldTo(sink.Name).Parked == alert.Status)
                + board.Groups.Count(group => group.ToldTo(sink.Name).Parked is not null),
            LastSuccessAt = health?.LastSuccessAt,
            FailingSince = health?.FailingSince,
            LastErrorCode = health?.LastErrorCode,
            LastErrorDetail = health?.LastErrorDetail,
            NextAttemptAt = health?.NextAttemptAt,
        };
    }
}
