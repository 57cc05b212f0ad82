using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpsManager.Notifications.Configuration;
using OpsManager.Notifications.Messages;

namespace OpsManager.Notifications.Sinks;

/// <summary>Posts messages as they are, signed.</summary>
internal sealed class WebhookSink(SinkDefinition definition, SinkTransport transport, SinkSecrets secrets, TimeProvider time) : INotificationSink
{
    public string Name => definition.Name;

    public string Type => "webhook";

    public async Task<SinkResult> SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        var secret = secrets.Find(definition.SigningSecret!);
        if (secret is null || StandardWebhookSignature.KeyOf(secret) is not { } key)
        {
            return new SinkResult.Failed(
                SinkErrorCodes.SecretMissing, $"Setting {SinkSecrets.Section}:{definition.SigningSecret} must be whsec_ and base64 of 24 to 64 bytes.", null);
        }

        var hidden = definition.UrlSecret is null ? null : secrets.Find(definition.UrlSecret);
        if (definition.Url is null && !Uri.TryCreate(hidden, UriKind.Absolute, out _))
        {
            return new SinkResult.Failed(SinkErrorCodes.SecretMissing, $"Setting {SinkSecrets.Section}:{definition.UrlSecret} must be the address to post to.", null);
        }

        var address = definition.Url ?? new Uri(hidden!);
        var body = JsonSerializer.SerializeToUtf8Bytes(Payload(notification), SinkJson.Options);
        var sentAt = time.GetUtcNow();
        (string Name, string Value)[] headers =
        [
            ("webhook-id", notification.Id),
            ("webhook-timestamp", sentAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
            ("webhook-signature", StandardWebhookSignature.Sign(key, notification.Id, sentAt, body)),
        ];
        return await transport.PostAsync(address, body, headers, hidden is null ? [secret] : [secret, hidden, address.PathAndQuery], cancellationToken);
    }

    /// <summary>The document that is posted.</summary>
    internal static JsonObject Payload(Notification notification)
    {
        var data = new JsonObject
        {
            ["dedupKey"] = notification.DedupKey,
            ["reasonCode"] = notification.Code,
            ["category"] = Words.Of(notification.Category),
            ["severity"] = Words.Of(notification.Severity),
            ["summary"] = notification.Summary,
            ["evidence"] = notification.Evidence,
            ["nextStep"] = notification.NextStep,
            ["since"] = Words.Time(notification.Since),
            ["count"] = notification.Count,
            ["grouped"] = notification.Grouped,
            ["runCount"] = notification.RunCount,
            ["runs"] = new JsonArray([.. notification.Runs.Select(Run)]),
        };
        if (notification.ResolvedAt is { } resolvedAt)
        {
            data["resolvedAt"] = Words.Time(resolvedAt);
        }

        if (notification.Acknowledgement is { } seen)
        {
            var acknowledgement = new JsonObject { ["at"] = Words.Time(seen.At), ["by"] = seen.By };
            if (seen.Note is { } note)
            {
                acknowledgement["note"] = note;
            }

            data["acknowledgement"] = acknowledgement;
        }

        if (notification.Link is { } link)
        {
            data["link"] = link;
        }

        return new JsonObject
        {
            ["type"] = "escalation." + Words.Of(notification.Kind),
            ["timestamp"] = Words.Time(notification.At),
            ["data"] = data,
        };
    }

    private static JsonObject Run(NotificationRun run)
    {
        var result = new JsonObject { ["runId"] = run.RunId.Value };
        foreach (var (name, value) in new[] { ("loopId", run.LoopId?.Value), ("sprite", run.Sprite?.Value), ("workspace", run.Workspace), ("link", run.Link) })
        {
            if (value is not null)
            {
                result[name] = value;
            }
        }

        return result;
    }
}
