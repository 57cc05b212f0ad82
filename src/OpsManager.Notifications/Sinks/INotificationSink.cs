using OpsManager.Notifications.Messages;

namespace OpsManager.Notifications.Sinks;

/// <summary>Somewhere people are told.</summary>
public interface INotificationSink
{
    /// <summary>Its name in the configuration.</summary>
    string Name { get; }

    /// <summary>Its type in the configuration.</summary>
    string Type { get; }

    /// <summary>Sends a message once. Never throws for what goes wrong at the other end.</summary>
    Task<SinkResult> SendAsync(Notification notification, CancellationToken cancellationToken);
}
