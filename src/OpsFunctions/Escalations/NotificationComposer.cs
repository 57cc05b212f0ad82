using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using OpsFunctions.Api;
using OpsFunctions.Composition;
using OpsManager.Core.Alerts;
using OpsManager.Core.Escalations;
using OpsManager.Core.Runs;
using OpsManager.Notifications.Messages;

namespace OpsFunctions.Escalations;

/// <summary>Puts what is to be told into words.</summary>
/// <param name="options">Settings of the API, for links.</param>
public sealed class NotificationComposer(IOptions<ApiOptions> options)
{
    /// <summary>The message.</summary>
    public Notification Compose(PlannedMessage message, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(message);
        var alerts = message.Status == AlertStatus.Open && message.Group is not null
            ? [.. message.Alerts.OrderBy(static alert => alert.Status).ThenByDescending(static alert => alert.Severity)]
            : message.Alerts;
        var first = alerts.Count > 0 ? alerts[0] : null;
        var code = message.Group?.Code ?? first!.Code;
        var links = options.Value.PublicBaseUrl is { } address ? new ApiLinks($"{address.AbsoluteUri.TrimEnd('/')}/{ApiLinks.RoutePrefix}") : null;
        var runs = alerts.Where(static alert => alert.RunId is not null).ToArray();
        return new Notification
        {
            Id = IdOf(message),
            Kind = message.Status switch
            {
                AlertStatus.Open => NotificationKind.Raised,
                AlertStatus.Acknowledged => NotificationKind.Acknowledged,
                _ => NotificationKind.Resolved,
            },
            DedupKey = message.Key,
            Code = code,
            Category = EscalationCategories.Of(code),
            Severity = message.Severity,
            Summary = Summary(code, message, first),
            Evidence = Evidence(message, first),
            NextStep = NextSteps.For(code),
            Since = alerts.Count > 0 ? alerts.Min(static alert => alert.Since) : message.Group!.OpenedAt,
            Count = alerts.Count > 0 ? alerts.Max(static alert => alert.Count) : 1,
            ResolvedAt = message.Status == AlertStatus.Resolved ? alerts.Max(static alert => alert.ResolvedAt) ?? now : null,
            Acknowledgement = alerts.Select(static alert => alert.Acknowledgement).OfType<Acknowledgement>().MaxBy(static seen => seen.At),
            Runs = [.. runs.Take(Notification.RunsAtMost).Select(alert => new NotificationRun(alert.RunId!.Value, alert.LoopId, alert.Sprite, alert.Workspace, links?.Run(alert.RunId.Value)))],
            RunCount = runs.Length,
            Grouped = message.Group is not null,
            Link = links is null ? null : message.Group is null && first?.RunId is { } runId ? links.Run(runId) : links.Root + "/fleet",
            At = now,
        };
    }

    private static string Summary(string code, PlannedMessage message, Alert? first)
    {
        var words = code.Replace('_', ' ');
        return message.Group is not null ? string.Create(CultureInfo.InvariantCulture, $"{words}: {message.Alerts.Count} runs")
            : first?.RunId is { } runId ? $"{words}: {first.LoopId} on {first.Sprite} ({runId})"
            : $"{words}: the manager itself";
    }

    private static string Evidence(PlannedMessage message, Alert? first)
    {
        var evidence = first?.Detail ?? "The runs concerned were deleted.";
        return message.Group is { ToldBefore: > 0 } group
            ? string.Create(CultureInfo.InvariantCulture, $"{evidence} {group.ToldBefore} further runs with the same cause were told before.")
            : evidence;
    }

    // The same for every attempt to say the same, so that whoever receives it twice can tell.
    private static string IdOf(PlannedMessage message)
    {
        var state = string.Join('|', message.Alerts.Select(static alert => string.Create(CultureInfo.InvariantCulture, $"{alert.Key}/{alert.Number}/{alert.Count}/{alert.Since.UtcTicks}")));
        var text = $"{message.Key}\n{message.Sink}\n{message.Status}\n{message.Severity}\n{state}";
        return "msg_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
    }
}
