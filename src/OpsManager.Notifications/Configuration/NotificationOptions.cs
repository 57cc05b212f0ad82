using OpsManager.Core.Alerts;

namespace OpsManager.Notifications.Configuration;

/// <summary>Settings of telling people, section <c>Escalations</c>. Secrets lie beside them under <c>Escalations:Secrets:&lt;name&gt;</c>.</summary>
public sealed class NotificationOptions
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Escalations";

    /// <summary>App setting with the schedule of the dispatcher's timer.</summary>
    public const string ScheduleSetting = "NOTIFICATIONS_SCHEDULE";

    /// <summary>Twice a minute.</summary>
    public const string DefaultSchedule = "*/30 * * * * *";

    private static readonly char[] Separators = [',', ';'];

    /// <summary>Path of the file with sinks and routes, from the app's folder unless it is absolute. Empty: nobody is told.</summary>
    public string SinksFile { get; set; } = string.Empty;

    /// <summary>
    /// Hosts that sinks may have, separated by commas or semicolons: <c>host</c>, <c>host:port</c>, <c>*.example.org</c> or
    /// <c>*.example.org:port</c>. The default is Slack and PagerDuty.
    /// </summary>
    public string AllowedHosts { get; set; } = "hooks.slack.com,events.pagerduty.com,events.eu.pagerduty.com";

    /// <summary>Limit of one call to a sink, 100 ms to 1 min.</summary>
    public TimeSpan SendTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>One escalation is raised at a sink at most once in this time unless it becomes more urgent. 0 to 1 day.</summary>
    public TimeSpan RepeatAfter { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>From how many runs on one cause is told as one, 2 to 1000.</summary>
    public int GroupFrom { get; set; } = 3;

    /// <summary>How far apart these runs may be hit, 0 to 1 h.</summary>
    public TimeSpan GroupWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the second run with a cause waits for a third, 0 to 5 min.</summary>
    public TimeSpan GroupWait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a sink is tried for one message, 1 min to 30 days.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromHours(24);

    /// <summary>The rules these settings make.</summary>
    public DeliveryRules Rules() => new()
    {
        RepeatAfter = RepeatAfter,
        GroupFrom = GroupFrom,
        GroupWindow = GroupWindow,
        GroupWait = GroupWait,
        GroupUpdate = GroupWindow,
        GiveUpAfter = GiveUpAfter,
    };

    /// <summary>The hosts one by one.</summary>
    public IReadOnlyList<string> Hosts() => AllowedHosts.Split(Separators, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The file's whole path; null if none is configured.</summary>
    public string? SinksPath() => SinksFile.Length == 0 ? null : Path.GetFullPath(SinksFile, AppContext.BaseDirectory);
}
