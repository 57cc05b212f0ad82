using OpsManager.Core.Alerts;
using OpsManager.Notifications.Routing;
using OpsManager.Storage.Escalations;
using OpsManager.Storage.Notifications;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Escalations;

/// <summary>Brings the alerts of a run up to its head, where a marker says that they may be behind.</summary>
/// <param name="runs">The runs.</param>
/// <param name="escalations">Their escalations.</param>
/// <param name="store">Markers and alerts.</param>
/// <param name="router">Finds sinks.</param>
/// <param name="time">Clock.</param>
public sealed class AlertIntake(IRunStore runs, IEscalationStore escalations, INotificationStore store, Router router, TimeProvider time)
{
    // No write is under way for longer. Its operation, if it is repeated, writes its marker again.
    private static readonly TimeSpan MarkerAge = TimeSpan.FromMinutes(10);

    /// <summary>Reads what a marker speaks of and removes the marker, unless its decision may still come.</summary>
    public async Task TakeAsync(NotificationMarker marker, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(marker);
        var head = await runs.FindAsync(marker.RunId, cancellationToken);
        if (head is not null && head.Revision <= marker.Revision)
        {
            if (time.GetUtcNow() - marker.At > MarkerAge)
            {
                await store.RemoveMarkerAsync(marker, cancellationToken);
            }

            return;
        }

        if (head is not null)
        {
            foreach (var mentioned in marker.Escalations.GroupBy(static mention => mention.Code, StringComparer.Ordinal))
            {
                await TakeAsync(head, mentioned.Key, mentioned.Max(static mention => mention.Number), cancellationToken);
            }
        }

        await store.RemoveMarkerAsync(marker, cancellationToken);
    }

    private async Task TakeAsync(RunHead head, string code, long mentioned, CancellationToken cancellationToken)
    {
        var spec = head.Run.Spec;
        var open = head.Run.Escalations.FirstOrDefault(escalation => escalation.Code == code);
        if (await escalations.FindAsync(spec.RunId, open?.Number ?? mentioned, cancellationToken) is not { } row)
        {
            // The decision was refused: what it would have raised was never raised.
            return;
        }

        while (true)
        {
            var known = await store.FindAlertAsync(Alert.KeyOf(spec.RunId, code), cancellationToken);
            if (known?.Value.Revision >= head.Revision)
            {
                return;
            }

            var acknowledgement = open is null ? row.Acknowledgement : open.Acknowledgement;
            var status = open is null ? AlertStatus.Resolved : acknowledgement is null ? AlertStatus.Open : AlertStatus.Acknowledged;
            var now = time.GetUtcNow();
            var alert = new Alert
            {
                RunId = spec.RunId,
                Code = code,
                Severity = row.Severity,
                Status = status,
                Number = row.Number,
                Count = row.Count ?? 1,
                Detail = row.Detail,
                Since = row.RaisedAt,
                ResolvedAt = open is null ? row.ResolvedAt ?? now : null,
                Acknowledgement = acknowledgement,
                LoopId = spec.LoopId,
                Sprite = spec.Sprite.Name,
                Workspace = spec.Workspace,
                Labels = spec.Labels,
                MutedUntil = head.Run.Policy.MuteUntil,
                Revision = head.Revision,
                SeenAt = known is null || (known.Value.Status == AlertStatus.Resolved && status == AlertStatus.Open) ? now : known.Value.SeenAt,
                WasHeld = known?.Value.WasHeld ?? false,
                Group = known?.Value.Group,
                Deliveries = known?.Value.Deliveries ?? [],
            };

            // Nobody is to be told and nobody was: the escalation's own row is record enough.
            if (known is null && router.Route(alert).Count == 0)
            {
                return;
            }

            if (await store.SaveAsync(new Tagged<Alert>(alert, known?.Tag), cancellationToken) is not null)
            {
                return;
            }
        }
    }
}
