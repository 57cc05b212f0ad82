using Microsoft.Extensions.Logging;
using OpsManager.Core.Alerts;
using OpsManager.Core.Runs;
using OpsManager.Storage.Documents;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Notifications;

/// <inheritdoc cref="INotificationStore"/>
internal sealed class NotificationStore(IStorageGateway gateway, ILogger<NotificationStore> logger) : INotificationStore
{
    private static readonly DocumentFormat<Alert> Alerts = new("alert");
    private static readonly DocumentFormat<AlertGroup> Groups = new("alert group");
    private static readonly DocumentFormat<SinkHealth> Sinks = new("sink health");
    private static readonly DocumentFormat<Silence> Silences = new("silence");

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NotificationMarker>> ListMarkersAsync(int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var markers = new List<NotificationMarker>();
        var query = new RowQuery { PartitionKey = NotificationKeys.Pending, PageSize = limit };
        await foreach (var row in gateway.QueryAsync(StorageTable.Notifications, query, cancellationToken))
        {
            if (await ReadIfReadableAsync(NotificationMarkers.Format, row, cancellationToken) is { } marker)
            {
                markers.Add(marker.Value with { StoreTag = row.ETag });
            }

            if (markers.Count == limit)
            {
                break;
            }
        }

        return markers;
    }

    /// <inheritdoc/>
    public Task RemoveMarkerAsync(NotificationMarker marker, CancellationToken cancellationToken) => gateway.WriteOneAsync(
        StorageTable.Notifications,
        NotificationKeys.Pending,
        RowWrite.Delete(NotificationKeys.Marker(marker.RunId, marker.Operation), marker.StoreTag),
        cancellationToken);

    /// <inheritdoc/>
    public async Task<NotificationBoard> ReadBoardAsync(CancellationToken cancellationToken)
    {
        var alerts = new Dictionary<string, Tagged<Alert>>(StringComparer.Ordinal);
        var groups = new Dictionary<string, Tagged<AlertGroup>>(StringComparer.Ordinal);
        var sinks = new Dictionary<string, Tagged<SinkHealth>>(StringComparer.Ordinal);
        var silences = new Dictionary<string, Tagged<Silence>>(StringComparer.Ordinal);
        await foreach (var row in gateway.QueryAsync(StorageTable.Notifications, new RowQuery { PartitionKey = NotificationKeys.Board }, cancellationToken))
        {
            switch (row.RowKey[..(row.RowKey.IndexOf('-', StringComparison.Ordinal) + 1)])
            {
                case NotificationKeys.AlertPrefix:
                    await AddAsync(alerts, Alerts, row, static alert => alert.Key);
                    break;
                case NotificationKeys.GroupPrefix:
                    await AddAsync(groups, Groups, row, static group => group.Id);
                    break;
                case NotificationKeys.SinkPrefix:
                    await AddAsync(sinks, Sinks, row, static sink => sink.Sink);
                    break;
                case NotificationKeys.SilencePrefix:
                    await AddAsync(silences, Silences, row, static silence => silence.Id);
                    break;
            }
        }

        return new NotificationBoard(alerts, groups, sinks, silences);

        async Task AddAsync<T>(Dictionary<string, Tagged<T>> items, DocumentFormat<T> format, TableRow row, Func<T, string> keyOf)
            where T : class
        {
            if (await ReadIfReadableAsync(format, row, cancellationToken) is { } item)
            {
                items[keyOf(item.Value)] = item;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<Tagged<Alert>?> FindAlertAsync(string key, CancellationToken cancellationToken) =>
        await gateway.FindAsync(StorageTable.Notifications, NotificationKeys.Board, NotificationKeys.Alert(key), cancellationToken) is { } row
            ? await ReadAsync(Alerts, row, cancellationToken)
            : null;

    /// <inheritdoc/>
    public Task<Tagged<Alert>?> SaveAsync(Tagged<Alert> alert, CancellationToken cancellationToken) =>
        SaveAsync(Alerts, NotificationKeys.Alert(alert.Value.Key), alert, cancellationToken);

    /// <inheritdoc/>
    public Task<Tagged<AlertGroup>?> SaveAsync(Tagged<AlertGroup> group, CancellationToken cancellationToken) =>
        SaveAsync(Groups, NotificationKeys.Group(group.Value.Id), group, cancellationToken);

    /// <inheritdoc/>
    public Task<Tagged<SinkHealth>?> SaveAsync(Tagged<SinkHealth> sink, CancellationToken cancellationToken) =>
        SaveAsync(Sinks, NotificationKeys.Sink(sink.Value.Sink), sink, cancellationToken);

    /// <inheritdoc/>
    public Task<Tagged<Silence>?> SaveAsync(Tagged<Silence> silence, CancellationToken cancellationToken) =>
        SaveAsync(Silences, NotificationKeys.Silence(silence.Value.Id), silence, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(Tagged<Alert> alert, CancellationToken cancellationToken) =>
        RemoveAsync(NotificationKeys.Alert(alert.Value.Key), alert.Tag, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(Tagged<AlertGroup> group, CancellationToken cancellationToken) =>
        RemoveAsync(NotificationKeys.Group(group.Value.Id), group.Tag, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(Tagged<SinkHealth> sink, CancellationToken cancellationToken) =>
        RemoveAsync(NotificationKeys.Sink(sink.Value.Sink), sink.Tag, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Tagged<Silence>>> ListSilencesAsync(CancellationToken cancellationToken)
    {
        var silences = new List<Tagged<Silence>>();
        var query = new RowQuery
        {
            PartitionKey = NotificationKeys.Board,
            After = NotificationKeys.SilencePrefix,
            Before = RowKeys.EndOf(NotificationKeys.SilencePrefix),
        };
        await foreach (var row in gateway.QueryAsync(StorageTable.Notifications, query, cancellationToken))
        {
            if (await ReadIfReadableAsync(Silences, row, cancellationToken) is { } silence)
            {
                silences.Add(silence);
            }
        }

        return silences;
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveSilenceAsync(string id, CancellationToken cancellationToken)
    {
        var key = NotificationKeys.Silence(id);
        while (await gateway.FindAsync(StorageTable.Notifications, NotificationKeys.Board, key, cancellationToken) is { } row)
        {
            if (await gateway.WriteOneAsync(StorageTable.Notifications, NotificationKeys.Board, RowWrite.Delete(key, row.ETag), cancellationToken) == WriteStatus.Written)
            {
                return true;
            }
        }

        return false;
    }

    /// <inheritdoc/>
    public async Task<bool> TryLeaseAsync(string owner, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var row = await gateway.FindAsync(StorageTable.Notifications, NotificationKeys.Board, NotificationKeys.Lease, cancellationToken);
        if (row is not null && row.Text(RowProperties.Holder) is { Length: > 0 } holder && holder != owner && row.Time(RowProperties.Since) > now)
        {
            return false;
        }

        var properties = RowProperties.Plain(WriteIds.Next(), (RowProperties.Holder, owner), (RowProperties.Since, until));
        var write = row is null
            ? RowWrite.Insert(NotificationKeys.Lease, properties)
            : RowWrite.Replace(NotificationKeys.Lease, row.ETag, properties);
        return await gateway.WriteOneAsync(StorageTable.Notifications, NotificationKeys.Board, write, cancellationToken) == WriteStatus.Written;
    }

    /// <inheritdoc/>
    public async Task ReleaseAsync(string owner, CancellationToken cancellationToken)
    {
        var row = await gateway.FindAsync(StorageTable.Notifications, NotificationKeys.Board, NotificationKeys.Lease, cancellationToken);
        if (row?.Text(RowProperties.Holder) == owner)
        {
            // Losing this to another owner means that there is nothing to give back.
            await gateway.WriteOneAsync(StorageTable.Notifications, NotificationKeys.Board, RowWrite.Delete(NotificationKeys.Lease, row.ETag), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task EndRunAsync(RunId runId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var prefix = NotificationKeys.AlertPrefix + runId + ":";
        var query = new RowQuery { PartitionKey = NotificationKeys.Board, After = prefix, Before = RowKeys.EndOf(prefix) };
        var keys = new List<string>();
        await foreach (var row in gateway.QueryAsync(StorageTable.Notifications, query, cancellationToken))
        {
            keys.Add((await ReadAsync(Alerts, row, cancellationToken)).Value.Key);
        }

        foreach (var key in keys)
        {
            while (await FindAlertAsync(key, cancellationToken) is { Value.Status: not AlertStatus.Resolved } alert
                && await SaveAsync(alert with { Value = alert.Value with { Status = AlertStatus.Resolved, ResolvedAt = now } }, cancellationToken) is null)
            {
                // Somebody wrote it in between; read again.
            }
        }
    }

    private Task RemoveAsync(string key, string? tag, CancellationToken cancellationToken) =>
        tag is null
            ? Task.CompletedTask
            : gateway.WriteOneAsync(StorageTable.Notifications, NotificationKeys.Board, RowWrite.Delete(key, tag), cancellationToken);

    private async Task<Tagged<T>> ReadAsync<T>(DocumentFormat<T> format, TableRow row, CancellationToken cancellationToken)
        where T : class =>
        new(format.Read(row, await Payload.DecodeAsync(row, gateway, cancellationToken)), row.ETag);

    /// <summary>The document of one row among many; null if it cannot be read, so that the others are told all the same.</summary>
    private async Task<Tagged<T>?> ReadIfReadableAsync<T>(DocumentFormat<T> format, TableRow row, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await ReadAsync(format, row, cancellationToken);
        }
        catch (UnreadableDocumentException exception)
        {
            logger.PassOver(exception);
            return null;
        }
    }

    private async Task<Tagged<T>?> SaveAsync<T>(DocumentFormat<T> format, string key, Tagged<T> item, CancellationToken cancellationToken)
        where T : class
    {
        var properties = RowProperties.With(Payload.EncodeDocument(DocumentFormat<T>.Write(item.Value)), format.Version, WriteIds.Next());
        var write = item.Tag is null ? RowWrite.Insert(key, properties) : RowWrite.Replace(key, item.Tag, properties);
        if (await gateway.WriteOneAsync(StorageTable.Notifications, NotificationKeys.Board, write, cancellationToken) != WriteStatus.Written)
        {
            return null;
        }

        // What was written is read back for its tag, since the answer to the write may have been lost. If it is another one by now, the next write is refused.
        var row = await gateway.FindAsync(StorageTable.Notifications, NotificationKeys.Board, key, cancellationToken);
        return row?.Text(RowProperties.Write) == (string)properties[RowProperties.Write] ? item with { Tag = row.ETag } : item with { Tag = null };
    }
}
