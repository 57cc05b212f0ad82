using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpsManager.Storage.Escalations;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Index;
using OpsManager.Storage.Notifications;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage;

/// <summary>The store and the index over one gateway.</summary>
internal sealed record RunStorage(IRunStore Store, IRunIndex Index, IEscalationStore Escalations, INotificationStore Notifications)
{
    /// <summary>Puts them together.</summary>
    public static RunStorage Over(IStorageGateway gateway, TimeProvider time, string isolationPolicy, ILoggerFactory? loggers = null)
    {
        var active = new ActiveRows(gateway, time);
        var claims = new SpriteClaims(gateway, time, isolationPolicy);
        var index = new RunIndex(gateway, active, claims, time, (loggers ?? NullLoggerFactory.Instance).CreateLogger<RunIndex>());
        var markers = new NotificationMarkers(gateway, time);
        return new RunStorage(
            new RunStore(gateway, new RunCreator(gateway, index, active, claims), markers),
            index,
            new EscalationStore(gateway, markers),
            new NotificationStore(gateway));
    }
}
