namespace OpsManager.Core.Alerts;

/// <summary>Decides what sinks are to be told now, and what nobody has to hear of any more.</summary>
public static class DeliveryPlanner
{
    /// <summary>Plans.</summary>
    /// <param name="board">What there is.</param>
    /// <param name="waiting">Keys of alerts that wait for others, and until when.</param>
    /// <param name="route">The sinks an alert is routed to, in a fixed order.</param>
    /// <param name="rules">Times and numbers.</param>
    /// <param name="now">The time.</param>
    public static DeliveryPlan Plan(
        AlertBoard board, IReadOnlyDictionary<string, DateTimeOffset> waiting, Func<Alert, IReadOnlyList<string>> route, DeliveryRules rules, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(board);
        ArgumentNullException.ThrowIfNull(waiting);
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(rules);
        var messages = new List<PlannedMessage>();
        var settled = new List<string>();
        var settledGroups = new List<string>();
        var held = new List<string>();
        DateTimeOffset? next = null;
        var alerts = board.Speaking().ToArray();
        foreach (var alert in alerts.Where(static alert => alert.Group is null))
        {
            var isHeld = board.IsHeld(alert, now);
            if (isHeld && alert.Status == AlertStatus.Open)
            {
                held.Add(alert.Key);
                Sooner(ref next, board.HeldUntil(alert, now));
            }

            if (waiting.TryGetValue(alert.Key, out var until))
            {
                Sooner(ref next, until);
                continue;
            }

            var routed = route(alert);
            var (due, later) = Add(DeliverySubject.Of(alert, isHeld), null, [alert], routed, alert.Deliveries);
            Sooner(ref next, later);

            // What a sink was told is remembered for as long as telling it again would be flapping.
            var forgetAt = alert.Deliveries.Max(static delivery => delivery.RaisedAt) + rules.RepeatAfter;
            if (alert.Status == AlertStatus.Resolved && !due && !(forgetAt > now))
            {
                settled.Add(alert.Key);
            }
        }

        foreach (var group in board.Groups)
        {
            var members = alerts.Where(alert => alert.Group == group.Id).OrderBy(static alert => alert.RunId?.Value, StringComparer.Ordinal).ToArray();
            var subject = DeliverySubject.Of(members, member => board.IsHeld(member, now));

            // The sinks it was formed for go on hearing of it; a member that became more urgent leads to others as well.
            var routed = group.Sinks
                .Concat(DeliverySubject.Deciding(members).Where(member => !board.IsHeld(member, now)).SelectMany(route))
                .Distinct(StringComparer.Ordinal)
                .ToArray();
            var (due, later) = Add(subject, group, members, routed, group.Deliveries);
            Sooner(ref next, later);
            if (subject.Status == AlertStatus.Resolved && !due)
            {
                settledGroups.Add(group.Id);
            }
        }

        return new DeliveryPlan
        {
            Messages = [.. messages.OrderByDescending(static message => message.Severity).ThenBy(static message => message.Status)],
            Settled = settled,
            SettledGroups = settledGroups,
            Held = held,
            NextAt = next,
        };

        (bool Due, DateTimeOffset? Later) Add(
            DeliverySubject subject, AlertGroup? group, IReadOnlyList<Alert> about, IReadOnlyList<string> routed, IReadOnlyList<SinkDelivery> deliveries)
        {
            var any = false;
            DateTimeOffset? later = null;
            foreach (var sink in routed.Union(deliveries.Select(static delivery => delivery.Sink), StringComparer.Ordinal))
            {
                var told = deliveries.FirstOrDefault(delivery => delivery.Sink == sink) ?? new SinkDelivery { Sink = sink };
                var (due, dueLater) = subject.At(now, told, routed.Contains(sink), rules);
                Sooner(ref later, dueLater);
                if (due)
                {
                    any = true;
                    messages.Add(new PlannedMessage(sink, group, about, subject.Status, subject.Severity, told.FailingSince));
                }
            }

            return (any, later);
        }
    }

    private static void Sooner(ref DateTimeOffset? next, DateTimeOffset? candidate)
    {
        if (candidate is { } time && (next is null || time < next))
        {
            next = time;
        }
    }
}
