using System.Text.Json;
using System.Text.Json.Nodes;
using OpsManager.Core.Escalations;
using OpsManager.Notifications.Configuration;
using OpsManager.Notifications.Messages;

namespace OpsManager.Notifications.Sinks;

/// <summary>Posts messages to a Slack incoming webhook. Slack has no keys: a message sent twice stands there twice.</summary>
internal sealed class SlackSink(SinkDefinition definition, SinkTransport transport, SinkSecrets secrets) : INotificationSink
{
    // Slack's own limits are 150 characters for a header and 3000 for a section.
    private const int HeaderLimit = 150;
    private const int SectionLimit = 2900;
    private const int ListedRuns = 10;

    public string Name => definition.Name;

    public string Type => "slack";

    public Task<SinkResult> SendAsync(Notification notification, CancellationToken cancellationToken)
    {
        // The address is the secret: whoever knows it may write.
        var secret = secrets.Find(definition.UrlSecret!);
        if (!Uri.TryCreate(secret, UriKind.Absolute, out var address))
        {
            return Task.FromResult<SinkResult>(new SinkResult.Failed(
                SinkErrorCodes.SecretMissing, $"Setting {SinkSecrets.Section}:{definition.UrlSecret} must be the address of a Slack incoming webhook.", null));
        }

        var body = JsonSerializer.SerializeToUtf8Bytes(Payload(notification), SinkJson.Options);
        return transport.PostAsync(address, body, [], [secret!, address.PathAndQuery], cancellationToken);
    }

    /// <summary>The document that is posted.</summary>
    internal static JsonObject Payload(Notification notification)
    {
        var title = $"{Mark(notification)} {notification.Summary}";
        var facts = new List<string>
        {
            $"*Since* {Words.Minute(notification.Since)}{(notification.Count > 1 ? $", {notification.Count} times" : string.Empty)}",
        };
        if (notification.ResolvedAt is { } resolvedAt)
        {
            facts.Add($"*Resolved* {Words.Minute(resolvedAt)}");
        }

        if (notification.Acknowledgement is { } seen)
        {
            facts.Add($"*Acknowledged* by {Escape(seen.By)} at {Words.Minute(seen.At)}{(seen.Note is null ? string.Empty : $": {Escape(seen.Note)}")}");
        }

        facts.Add($"*Evidence* {Escape(notification.Evidence)}");
        if (notification.Kind == NotificationKind.Raised)
        {
            facts.Add($"*What to do* {Escape(notification.NextStep)}");
        }

        if (notification.RunCount > 0)
        {
            facts.Add("*Runs* " + string.Join(", ", notification.Runs.Take(ListedRuns).Select(Run))
                + (notification.RunCount > ListedRuns ? $" and {notification.RunCount - Math.Min(ListedRuns, notification.Runs.Count)} more" : string.Empty));
        }

        if (notification.Link is { } link)
        {
            facts.Add($"<{link}|Open in the manager>");
        }

        var blocks = new JsonArray(
            new JsonObject { ["type"] = "header", ["text"] = new JsonObject { ["type"] = "plain_text", ["text"] = Words.Bounded(title, HeaderLimit), ["emoji"] = true } },
            new JsonObject { ["type"] = "section", ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = Section(facts) } },
            new JsonObject
            {
                ["type"] = "context",
                ["elements"] = new JsonArray(new JsonObject
                {
                    ["type"] = "mrkdwn",
                    ["text"] = $"{Escape(notification.Code)} · {Words.Of(notification.Category)} · {Words.Of(notification.Severity)}",
                }),
            });

        // What notifications and screen readers show.
        return new JsonObject { ["text"] = Words.Bounded(Escape(title), SectionLimit), ["blocks"] = blocks };
    }

    private static string Run(NotificationRun run) => run.Link is { } link ? $"<{link}|{run.RunId}>" : run.RunId.Value;

    // Whole lines only: a link cut in half shows its address.
    private static string Section(List<string> facts)
    {
        var text = string.Empty;
        foreach (var fact in facts)
        {
            var line = fact.Length > SectionLimit / 2 && !fact.Contains('<', StringComparison.Ordinal) ? Words.Bounded(fact, SectionLimit / 2) : fact;
            if (text.Length + line.Length + 1 <= SectionLimit)
            {
                text += text.Length == 0 ? line : "\n" + line;
            }
        }

        return text;
    }

    private static string Mark(Notification notification) => notification.Kind switch
    {
        NotificationKind.Resolved => ":white_check_mark: Resolved:",
        NotificationKind.Acknowledged => ":eyes: Acknowledged:",
        _ => notification.Severity switch
        {
            EscalationSeverity.Critical => ":red_circle:",
            EscalationSeverity.Warning => ":large_yellow_circle:",
            _ => ":information_source:",
        },
    };

    // Slack reads these three as markup; everything else is shown as it is.
    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);
}
