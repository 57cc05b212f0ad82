using System.Globalization;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Alerts;

/// <summary>
/// Brings alerts with one cause together: the same reason code, the same sinks, a short while. The first is told at once unless others
/// are there already; the next wait a little for company.
/// </summary>
public static class GroupPlanner
{
    /// <summary>Plans.</summary>
    /// <param name="board">What there is.</param>
    /// <param name="route">The sinks an alert is routed to, in a fixed order.</param>
    /// <param name="rules">Times and numbers.</param>
    /// <param name="now">The time.</param>
    public static GroupPlan Plan(AlertBoard board, Func<Alert, IReadOnlyList<string>> route, DeliveryRules rules, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(board);
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(rules);
        var groups = new List<AlertGroup>();
        var joins = new List<(string Key, string Group)>();
        var waiting = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        var alerts = board.Speaking().ToArray();
        var causes = alerts
            .Where(alert => alert is { RunId: not null, Group: null, Status: AlertStatus.Open })
            .Select(alert => (Alert: alert, Sinks: route(alert).ToValueList()))
            .Where(each => each.Sinks.Count > 0)
            .GroupBy(each => (each.Alert.Code, each.Sinks));
        foreach (var cause in causes)
        {
            var fresh = cause.Where(each => IsFresh(each.Alert, each.Sinks, board, rules, now)).Select(each => each.Alert).ToArray();
            if (fresh.Length == 0)
            {
                continue;
            }

            var open = board.Groups.FirstOrDefault(group =>
                group.Code == cause.Key.Code
                && group.Sinks.Equals(cause.Key.Sinks)
                && now - group.JoinedAt <= rules.GroupWindow
                && alerts.Any(alert => alert.Group == group.Id && alert.Status != AlertStatus.Resolved));
            if (open is not null)
            {
                joins.AddRange(fresh.Select(alert => (alert.Key, open.Id)));
                continue;
            }

            var told = cause.Count(each => each.Alert.Deliveries.Any(delivery => delivery.Told == AlertStatus.Open && now - delivery.RaisedAt <= rules.GroupWindow));
            var waitsUntil = fresh.Min(alert => alert.SeenAt) + rules.GroupWait;
            var enough = fresh.Length + told >= rules.GroupFrom;
            if (fresh.Length >= rules.GroupFrom || (enough && now >= waitsUntil))
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"{cause.Key.Code}:{now.UtcDateTime:yyyyMMdd'T'HHmmssfff}");
                for (var other = 2; groups.Exists(group => group.Id == id) || board.Groups.Any(group => group.Id == id); other++)
                {
                    id = string.Create(CultureInfo.InvariantCulture, $"{cause.Key.Code}:{now.UtcDateTime:yyyyMMdd'T'HHmmssfff}-{other}");
                }

                groups.Add(new AlertGroup { Id = id, Code = cause.Key.Code, Sinks = cause.Key.Sinks, OpenedAt = now, JoinedAt = now, ToldBefore = told });
                joins.AddRange(fresh.Select(alert => (alert.Key, id)));
            }
            else if (fresh.Length + told > 1 && now < waitsUntil)
            {
                foreach (var alert in fresh)
                {
                    waiting[alert.Key] = waitsUntil;
                }
            }
        }

        return new GroupPlan(groups, joins, waiting);
    }

    // Due somewhere, and open nowhere yet: what a sink knows on its own must be ended on its own.
    private static bool IsFresh(Alert alert, ValueList<string> sinks, AlertBoard board, DeliveryRules rules, DateTimeOffset now)
    {
        var subject = DeliverySubject.Of(alert, board.IsHeld(alert, now));
        return alert.Deliveries.All(static delivery => delivery.Told is null or AlertStatus.Resolved)
            && sinks.Any(sink => subject.At(now, alert.ToldTo(sink), routed: true, rules).Due);
    }
}
