using System.Text.Json;
using System.Text.Json.Nodes;
using OpsManager.Core.Escalations;
using OpsManager.Notifications.Configuration;
using OpsManager.Notifications.Messages;

namespace OpsManager.Notifications.Sinks;

/// <summary>Sends events to PagerDuty's Events API v2. What is sent twice is one incident: the key is the run and the reason code.</summary>
internal sealed class PagerDutySink(SinkDefinition definition, SinkTransport transport, SinkSecrets secrets) : INotificationSink
{
    // PagerDuty's own limits.
    private const int SummaryLimit = 1024;
    private const int KeyLimit = 255;

    /// <summary>Where events go unless the configuration says otherwise.</summary>
    public static readonly Uri DefaultAddress = new("https://events.pagerduty.com/v2/enqueue");

    public string Name => definition.Name;

    public string Type => "pagerduty";

    public Task<SinkResult> SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        var key = secrets.Find(definition.RoutingKeySecret!);
        if (key is null)
        {
            return Task.FromResult<SinkResult>(new SinkResult.Failed(
                SinkErrorCodes.SecretMissing, $"Setting {SinkSecrets.Section}:{definition.RoutingKeySecret} must be the integration key of a PagerDuty service.", null));
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(Payload(notification, key), SinkJson.Options);
        return transport.PostAsync(definition.Url ?? DefaultAddress, body, [], [key], cancellationToken);
    }

    /// <summary>The document that is posted.</summary>
    internal static JsonObject Payload(Notification notification, string routingKey)
    {
        var result = new JsonObject
        {
            ["routing_key"] = routingKey,
            ["event_action"] = notification.Kind switch
            {
                NotificationKind.Resolved => "resolve",
                NotificationKind.Acknowledged => "acknowledge",
                _ => "trigger",
            },
            ["dedup_key"] = Words.Bounded(notification.DedupKey, KeyLimit),
        };
        if (notification.Kind != NotificationKind.Raised)
        {
            return result;
        }

        var single = notification is { Grouped: false, Runs.Count: 1 } ? notification.Runs[0] : null;
        var details = new JsonObject
        {
            ["reason_code"] = notification.Code,
            ["since"] = Words.Time(notification.Since),
            ["evidence"] = notification.Evidence,
            ["next_step"] = notification.NextStep,
            ["count"] = notification.Count,
            ["run_count"] = notification.RunCount,
            ["runs"] = new JsonArray([.. notification.Runs.Select(run => (JsonNode)run.RunId.Value)]),
        };
        var payload = new JsonObject
        {
            ["summary"] = Words.Bounded(notification.Summary, SummaryLimit),
            ["source"] = single?.Sprite?.Value ?? "superloop-ops-manager",
            ["severity"] = notification.Severity switch
            {
                EscalationSeverity.Critical => "critical",
                EscalationSeverity.Warning => "warning",
                _ => "info",
            },
            ["timestamp"] = Words.Time(notification.Since),
            ["class"] = Words.Of(notification.Category),
            ["custom_details"] = details,
        };
        if (single?.LoopId is { } loop)
        {
            payload["component"] = loop.Value;
        }

        if (single?.Workspace is { } workspace)
        {
            payload["group"] = workspace;
        }

        result["payload"] = payload;
        result["client"] = "Superloop Ops Manager";
        if (notification.Link is { } link)
        {
            result["client_url"] = link;
            result["links"] = new JsonArray(new JsonObject { ["href"] = link, ["text"] = "Open in the manager" });
        }

        return result;
    }
}
