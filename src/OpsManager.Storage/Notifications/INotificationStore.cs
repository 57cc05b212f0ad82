using OpsManager.Core.Alerts;

namespace OpsManager.Storage.Notifications;

/// <summary>
/// What has to be told to somebody. Every write of one document is conditional on the tag it was read with and answers null if somebody
/// else was faster.
/// </summary>
/// <remarks>
/// Every call may throw <see cref="StorageUnavailableException"/>; repeating it is safe. The board and the lists pass over documents that
/// cannot be read and log them; every other call throws <see cref="Documents.UnreadableDocumentException"/>.
/// </remarks>
public interface INotificationStore
{
    /// <summary>Markers in the order of their keys, at most <paramref name="limit"/>.</summary>
    Task<IReadOnlyList<NotificationMarker>> ListMarkersAsync(int limit, CancellationToken cancellationToken);

    /// <summary>Removes a marker unless it was written again since.</summary>
    Task RemoveMarkerAsync(NotificationMarker marker, CancellationToken cancellationToken);

    /// <summary>Everything but the markers, in one query.</summary>
    Task<NotificationBoard> ReadBoardAsync(CancellationToken cancellationToken);

    /// <summary>An alert, or null.</summary>
    Task<Tagged<Alert>?> FindAlertAsync(string key, CancellationToken cancellationToken);

    /// <summary>Stores an alert.</summary>
    Task<Tagged<Alert>?> SaveAsync(Tagged<Alert> alert, CancellationToken cancellationToken);

    /// <summary>Stores a group.</summary>
    Task<Tagged<AlertGroup>?> SaveAsync(Tagged<AlertGroup> group, CancellationToken cancellationToken);

    /// <summary>Stores the health of a sink.</summary>
    Task<Tagged<SinkHealth>?> SaveAsync(Tagged<SinkHealth> sink, CancellationToken cancellationToken);

    /// <summary>Stores a silence.</summary>
    Task<Tagged<Silence>?> SaveAsync(Tagged<Silence> silence, CancellationToken cancellationToken);

    /// <summary>Removes an alert if it is still as it was read.</summary>
    Task RemoveAsync(Tagged<Alert> alert, CancellationToken cancellationToken);

    /// <summary>Removes a group if it is still as it was read.</summary>
    Task RemoveAsync(Tagged<AlertGroup> group, CancellationToken cancellationToken);

    /// <summary>Removes the health of a sink if it is still as it was read.</summary>
    Task RemoveAsync(Tagged<SinkHealth> sink, CancellationToken cancellationToken);

    /// <summary>Silences, those that have ended included, in the order of their ids.</summary>
    Task<IReadOnlyList<Tagged<Silence>>> ListSilencesAsync(CancellationToken cancellationToken);

    /// <summary>Removes a silence. Returns whether there was one.</summary>
    Task<bool> RemoveSilenceAsync(string id, CancellationToken cancellationToken);

    /// <summary>
    /// Takes or extends the right to deliver: one dispatcher at a time, so that others do not send the same. It is no guarantee: who
    /// stalls beyond the time it was given may send what another sends too.
    /// </summary>
    /// <param name="owner">Who asks.</param>
    /// <param name="now">The time.</param>
    /// <param name="until">Until when.</param>
    /// <param name="cancellationToken">Cancels.</param>
    Task<bool> TryLeaseAsync(string owner, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>Gives the right back, if the owner still has it.</summary>
    Task ReleaseAsync(string owner, CancellationToken cancellationToken);

    /// <summary>Ends what is open about a run whose record is being removed, so that sinks are told.</summary>
    Task EndRunAsync(Core.Runs.RunId runId, DateTimeOffset now, CancellationToken cancellationToken);
}
