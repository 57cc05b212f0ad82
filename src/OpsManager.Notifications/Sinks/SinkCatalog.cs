using OpsManager.Notifications.Configuration;

namespace OpsManager.Notifications.Sinks;

/// <summary>The configured sinks.</summary>
public sealed class SinkCatalog
{
    internal SinkCatalog(NotificationConfiguration configuration, SinkTransport transport, SinkSecrets secrets, TimeProvider time)
    {
        Configuration = configuration;
        All = [.. configuration.Sinks.Select(definition => (INotificationSink)(definition.Type switch
        {
            SinkType.Webhook => new WebhookSink(definition, transport, secrets, time),
            SinkType.Slack => new SlackSink(definition, transport, secrets),
            _ => new PagerDutySink(definition, transport, secrets),
        }))];
    }

    /// <summary>What was configured.</summary>
    public NotificationConfiguration Configuration { get; }

    /// <summary>The sinks, in the order of the configuration.</summary>
    public IReadOnlyList<INotificationSink> All { get; }

    /// <summary>A sink, or null if the configuration has none of that name.</summary>
    public INotificationSink? Find(string name) => All.FirstOrDefault(sink => sink.Name == name);
}
