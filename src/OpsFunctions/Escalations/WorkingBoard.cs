using OpsManager.Core.Alerts;
using OpsManager.Storage.Notifications;

namespace OpsFunctions.Escalations;

/// <summary>The board as one pass changes it: every change is stored at once. Safe for several sinks at a time.</summary>
internal sealed class WorkingBoard(NotificationBoard board, INotificationStore store) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private readonly Dictionary<string, Tagged<Alert>> _alerts = new(board.Alerts, StringComparer.Ordinal);
    private readonly Dictionary<string, Tagged<AlertGroup>> _groups = new(board.Groups, StringComparer.Ordinal);
    private readonly Dictionary<string, Tagged<SinkHealth>> _sinks = new(board.Sinks, StringComparer.Ordinal);

    public void Dispose() => _gate.Dispose();

    public NotificationBoard Current => new(_alerts, _groups, _sinks, board.Silences);

    public SinkHealth HealthOf(string sink) => _sinks.TryGetValue(sink, out var known) ? known.Value : new SinkHealth { Sink = sink };

    public Task AddAsync(AlertGroup group, CancellationToken cancellationToken) => LockedAsync(
        async () =>
        {
            if (await store.SaveAsync(new Tagged<AlertGroup>(group, null), cancellationToken) is { } saved)
            {
                _groups[group.Id] = saved;
            }
        },
        cancellationToken);

    public Task ChangeAsync(string key, Func<Alert, Alert> change, CancellationToken cancellationToken) =>
        LockedAsync(() => ChangeAlertAsync(key, change, cancellationToken), cancellationToken);

    public Task ChangeGroupAsync(string id, Func<AlertGroup, AlertGroup> change, CancellationToken cancellationToken) =>
        LockedAsync(() => ChangeOneAsync(id, change, cancellationToken), cancellationToken);

    /// <summary>Notes what a sink was told.</summary>
    public Task ToldAsync(PlannedMessage message, Func<SinkDelivery, SinkDelivery> change, CancellationToken cancellationToken) => LockedAsync(
        () => message.Group is { } group
            ? ChangeOneAsync(group.Id, one => one with { Deliveries = change(one.ToldTo(message.Sink)).In(one.Deliveries) }, cancellationToken)
            : ChangeAlertAsync(message.Alerts[0].Key, one => one with { Deliveries = change(one.ToldTo(message.Sink)).In(one.Deliveries) }, cancellationToken),
        cancellationToken);

    public Task SaveHealthAsync(SinkHealth health, CancellationToken cancellationToken) => LockedAsync(
        async () =>
        {
            // A success after a success is no news worth a write.
            if (_sinks.TryGetValue(health.Sink, out var known) && known.Value is { FailingSince: null, LastSuccessAt: not null } && health.FailingSince is null
                && health.LastSuccessAt - known.Value.LastSuccessAt < TimeSpan.FromMinutes(1))
            {
                return;
            }

            if (await store.SaveAsync(new Tagged<SinkHealth>(health, known?.Tag), cancellationToken) is { } saved)
            {
                _sinks[health.Sink] = saved;
            }
        },
        cancellationToken);

    public Task RemoveAsync(string key, CancellationToken cancellationToken) => LockedAsync(
        async () =>
        {
            await store.RemoveAsync(_alerts[key], cancellationToken);
            _alerts.Remove(key);
        },
        cancellationToken);

    public Task RemoveGroupAsync(string id, CancellationToken cancellationToken) => LockedAsync(
        async () =>
        {
            await store.RemoveAsync(_groups[id], cancellationToken);
            _groups.Remove(id);
        },
        cancellationToken);

    private async Task ChangeAlertAsync(string key, Func<Alert, Alert> change, CancellationToken cancellationToken)
    {
        while (_alerts.TryGetValue(key, out var known))
        {
            var next = change(known.Value);
            if (next == known.Value)
            {
                return;
            }

            if (await store.SaveAsync(known with { Value = next }, cancellationToken) is { } saved)
            {
                _alerts[key] = saved;
                return;
            }

            // Somebody else wrote it, such as the watchdog the fleet's own: what is noted goes into theirs.
            if (await store.FindAlertAsync(key, cancellationToken) is { } now)
            {
                _alerts[key] = now;
            }
            else
            {
                _alerts.Remove(key);
            }
        }
    }

    private async Task ChangeOneAsync(string id, Func<AlertGroup, AlertGroup> change, CancellationToken cancellationToken)
    {
        while (_groups.TryGetValue(id, out var known))
        {
            var next = change(known.Value);
            if (next == known.Value)
            {
                return;
            }

            if (await store.SaveAsync(known with { Value = next }, cancellationToken) is { } saved)
            {
                _groups[id] = saved;
                return;
            }

            if ((await store.ReadBoardAsync(cancellationToken)).Groups.TryGetValue(id, out var now))
            {
                _groups[id] = now;
            }
            else
            {
                _groups.Remove(id);
            }
        }
    }

    private async Task LockedAsync(Func<Task> action, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            await action();
        }
        finally
        {
            _gate.Release();
        }
    }
}
