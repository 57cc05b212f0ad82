using OpsManager.Core.Alerts;

namespace OpsManager.Storage.Notifications;

/// <summary>The stored board.</summary>
/// <param name="Alerts">Alerts by key.</param>
/// <param name="Groups">Groups by id.</param>
/// <param name="Sinks">Health of sinks by name.</param>
/// <param name="Silences">Silences by id.</param>
public sealed record NotificationBoard(
    IReadOnlyDictionary<string, Tagged<Alert>> Alerts,
    IReadOnlyDictionary<string, Tagged<AlertGroup>> Groups,
    IReadOnlyDictionary<string, Tagged<SinkHealth>> Sinks,
    IReadOnlyDictionary<string, Tagged<Silence>> Silences)
{
    /// <summary>The board as decisions read it.</summary>
    public AlertBoard ToAlertBoard() => new(
        [.. Alerts.Values.Select(static item => item.Value)],
        [.. Groups.Values.Select(static item => item.Value)],
        [.. Sinks.Values.Select(static item => item.Value)],
        [.. Silences.Values.Select(static item => item.Value)]);
}
