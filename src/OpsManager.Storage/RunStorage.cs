using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpsManager.Storage.Diagnostics;
using OpsManager.Storage.Escalations;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Index;
using OpsManager.Storage.Notifications;
using OpsManager.Storage.Purging;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage;

/// <summary>The store, the index and what removes from both, over one gateway.</summary>
internal sealed record RunStorage(IRunStore Store, IRunIndex Index, IEscalationStore Escalations, INotificationStore Notifications)
{
    /// <summary>Deletes runs.</summary>
    public required IRunPurge Purge { get; init; }

    /// <summary>Diagnostics of runs.</summary>
    public required IDiagnosticsStore Diagnostics { get; init; }

    /// <summary>Puts them together.</summary>
    public static RunStorage Over(IStorageGateway gateway, TimeProvider time, string isolationPolicy, ILoggerFactory? loggers = null)
    {
        loggers ??= NullLoggerFactory.Instance;
        var active = new ActiveRows(gateway, time);
        var claims = new SpriteClaims(gateway, time, isolationPolicy, loggers.CreateLogger<SpriteClaims>());
        var purging = new PurgingRows(gateway, time);
        var index = new RunIndex(gateway, active, claims, purging, time, loggers.CreateLogger<RunIndex>());
        var markers = new NotificationMarkers(gateway, time);
        return new RunStorage(
            new RunStore(gateway, new RunCreator(gateway, index, active, claims), markers),
            index,
            new EscalationStore(gateway, markers),
            new NotificationStore(gateway, loggers.CreateLogger<NotificationStore>()))
        {
            Purge = new RunPurge(gateway, purging, active, claims, time, loggers.CreateLogger<RunPurge>()),
            Diagnostics = new DiagnosticsStore(gateway),
        };
    }
}
