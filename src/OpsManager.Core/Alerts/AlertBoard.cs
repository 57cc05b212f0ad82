namespace OpsManager.Core.Alerts;

/// <summary>Everything that deliveries are decided by.</summary>
/// <param name="Alerts">Alerts that some sink may still have to hear of.</param>
/// <param name="Groups">Grouped alerts.</param>
/// <param name="Sinks">How telling each sink goes; a sink that was never told is not here.</param>
/// <param name="Silences">Silences, those that have ended included.</param>
public sealed record AlertBoard(
    IReadOnlyList<Alert> Alerts,
    IReadOnlyList<AlertGroup> Groups,
    IReadOnlyList<SinkHealth> Sinks,
    IReadOnlyList<Silence> Silences)
{
    /// <summary>A board with nothing on it.</summary>
    public static AlertBoard Empty { get; } = new([], [], [], []);

    /// <summary>The manager's suspicion of itself; null unless it holds.</summary>
    public Alert? Suspicion => Alerts.FirstOrDefault(static alert => alert is { RunId: null, Code: FleetSuspicion.Code, Status: not AlertStatus.Resolved });

    /// <summary>The alerts with those whose group is gone speaking for themselves again.</summary>
    public IEnumerable<Alert> Speaking()
    {
        var known = Groups.Select(static group => group.Id).ToHashSet(StringComparer.Ordinal);
        return Alerts.Select(alert => alert.Group is { } group && !known.Contains(group) ? alert with { Group = null } : alert);
    }

    /// <summary>The silence in force that covers an alert; the one that lasts longest.</summary>
    public Silence? SilenceOf(Alert alert, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return Silences
            .Where(silence => silence.IsActive(now) && silence.Covers(alert.RunId, alert.Code, alert.Workspace, alert.Labels))
            .MaxBy(static silence => silence.ExpiresAt);
    }

    /// <summary>Until when a silence or the run's own policy keeps an alert from being sent; null when neither does.</summary>
    public DateTimeOffset? HeldUntil(Alert alert, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var silenced = SilenceOf(alert, now)?.ExpiresAt;
        return alert.MutedUntil is { } muted && muted > now && !(silenced > muted) ? muted : silenced;
    }

    /// <summary>
    /// Whether nothing new is said about an alert for now: somebody silenced it, its run is muted, or the manager suspects itself of what looks like a
    /// run's lost connection.
    /// </summary>
    public bool IsHeld(Alert alert, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(alert);
        return (alert.RunId is not null && alert.Category == Escalations.EscalationCategory.Transport && Suspicion is not null)
            || HeldUntil(alert, now) is not null;
    }
}
