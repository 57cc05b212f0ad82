using OpsManager.Core.Escalations;

namespace OpsManager.Core.Alerts;

/// <summary>Something a sink is to be told now.</summary>
/// <param name="Sink">Name of the sink.</param>
/// <param name="Group">The group it is about; null for a single alert.</param>
/// <param name="Alerts">The alert, or the members of the group.</param>
/// <param name="Status">What to say.</param>
/// <param name="Severity">How urgent it is.</param>
/// <param name="FailingSince">When an attempt to say it first failed.</param>
public sealed record PlannedMessage(
    string Sink, AlertGroup? Group, IReadOnlyList<Alert> Alerts, AlertStatus Status, EscalationSeverity Severity, DateTimeOffset? FailingSince)
{
    /// <summary>Names the alert or group towards sinks.</summary>
    public string Key => Group is null ? Alerts[0].Key : "group:" + Group.Id;
}
