using Microsoft.Extensions.Options;
using OpsManager.Notifications.Sinks;
using OpsManager.Sprites.Endpoints;

namespace OpsManager.Notifications.Configuration;

/// <summary>Refuses settings, and a file of sinks, that could only fail later.</summary>
internal sealed class NotificationOptionsValidator : IValidateOptions<NotificationOptions>
{
    public ValidateOptionsResult Validate(string? name, NotificationOptions options)
    {
        var failures = new List<string>();
        foreach (var host in options.Hosts().Where(static host => !HostRule.TryParse(host, out _)))
        {
            failures.Add($"Escalations:AllowedHosts: '{host}' is not a host, host:port, *.domain or *.domain:port.");
        }

        Range(failures, "SendTimeout", options.SendTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        Range(failures, "RepeatAfter", options.RepeatAfter, TimeSpan.Zero, TimeSpan.FromDays(1));
        Range(failures, "GroupWindow", options.GroupWindow, TimeSpan.Zero, TimeSpan.FromHours(1));
        Range(failures, "GroupWait", options.GroupWait, TimeSpan.Zero, TimeSpan.FromMinutes(5));
        Range(failures, "GiveUpAfter", options.GiveUpAfter, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30));
        if (options.GroupFrom is < 2 or > 1000)
        {
            failures.Add("Escalations:GroupFrom must be from 2 to 1000.");
        }

        // The allow-list itself must be right before addresses are compared with it.
        if (failures.Count == 0)
        {
            failures.AddRange(ReadFile(options));
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private static IEnumerable<string> ReadFile(NotificationOptions options)
    {
        var (configuration, errors) = ConfigurationFile.Load(options);
        if (configuration is null)
        {
            return errors.Select(error => $"Escalations:SinksFile ({options.SinksFile}): {error}");
        }

        var egress = new EgressPolicy(Options.Create(options));
        return configuration.Sinks
            .Select((sink, index) => (Index: index, Reason: sink.Url is null ? null : egress.Refuse(sink.Url)))
            .Where(static each => each.Reason is not null)
            .Select(each => $"Escalations:SinksFile ({options.SinksFile}): sinks[{each.Index}].url: {each.Reason}");
    }

    private static void Range(List<string> failures, string name, TimeSpan value, TimeSpan from, TimeSpan to)
    {
        if (value < from || value > to)
        {
            failures.Add($"Escalations:{name} must be from {from:c} to {to:c}.");
        }
    }
}
