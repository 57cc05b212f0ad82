using OpsManager.Core.Escalations;

namespace OpsManager.Core.Alerts;

/// <summary>What is told as one: an alert that speaks for itself, or a group.</summary>
internal sealed record DeliverySubject
{
    public required AlertStatus Status { get; init; }

    public required EscalationSeverity Severity { get; init; }

    /// <summary>Runs of a group; 1 for an alert.</summary>
    public required int Runs { get; init; }

    public required bool Held { get; init; }

    /// <summary>Whether somebody took care of it or it was kept back: who was not told of it need not hear of its end.</summary>
    public required bool Quiet { get; init; }

    public static DeliverySubject Of(Alert alert, bool held) => new()
    {
        Status = alert.Status,
        Severity = alert.Severity,
        Runs = 1,
        Held = held,
        Quiet = alert.Acknowledgement is not null || alert.WasHeld,
    };

    public static DeliverySubject Of(IReadOnlyList<Alert> members, Func<Alert, bool> isHeld)
    {
        var deciding = Deciding(members);
        return new DeliverySubject
        {
            Status = deciding.Any(static member => member.Status == AlertStatus.Open) ? AlertStatus.Open
                : members.Any(static member => member.Status == AlertStatus.Acknowledged) ? AlertStatus.Acknowledged
                : AlertStatus.Resolved,
            Severity = deciding.Count == 0 ? EscalationSeverity.Info : deciding.Max(static member => member.Severity),
            Runs = members.Count,
            Held = deciding.Count > 0 && deciding.All(isHeld),

            // A group that nobody joined, because whoever formed it died, was never anything to be told of.
            Quiet = members.Count == 0 || members.Any(static member => member.Acknowledgement is not null || member.WasHeld),
        };
    }

    /// <summary>The members that say how urgent a group is and whom it concerns: those that are open, or all when none is.</summary>
    public static IReadOnlyList<Alert> Deciding(IReadOnlyList<Alert> members)
    {
        var open = members.Where(static member => member.Status == AlertStatus.Open).ToArray();
        return open.Length > 0 ? open : members;
    }

    /// <summary>Whether a sink is to be told now; if not, from when on, or null if it knows all it has to know.</summary>
    public (bool Due, DateTimeOffset? Later) At(DateTimeOffset now, SinkDelivery told, bool routed, DeliveryRules rules)
    {
        if (told.Parked == Status)
        {
            return (false, null);
        }

        switch (Status)
        {
            case AlertStatus.Open:
                var isNews = told.Told != AlertStatus.Open || Severity > told.ToldSeverity || Runs > Math.Max(1, told.ToldRuns);
                if (!routed || Held || !isNews)
                {
                    return (false, null);
                }

                // What became more urgent cannot wait; what flaps or grows can.
                var pause = told.Told == AlertStatus.Open ? rules.GroupUpdate : rules.RepeatAfter;
                return told.RaisedAt is { } raised && Severity <= told.ToldSeverity && raised + pause > now ? (false, raised + pause) : (true, null);
            case AlertStatus.Acknowledged:
                return (told.Told == AlertStatus.Open, null);
            default:
                // What was over before its turn came is told as over: the sink may be where the record is read.
                return (told.Told is AlertStatus.Open or AlertStatus.Acknowledged || (told.Told is null && routed && !Held && !Quiet), null);
        }
    }
}
