using OpsManager.Core.Alerts;
using OpsManager.Notifications.Configuration;

namespace OpsManager.Notifications.Routing;

/// <summary>Finds the sinks of an alert.</summary>
/// <param name="configuration">Sinks and routes.</param>
public sealed class Router(NotificationConfiguration configuration)
{
    /// <summary>Names of the sinks, in the order of the configuration; empty if nobody is to be told.</summary>
    public IReadOnlyList<string> Route(Alert alert)
    {
        var chosen = new HashSet<string>(StringComparer.Ordinal);
        var decided = false;
        foreach (var route in configuration.Routes.Where(route => route.Matches(alert)))
        {
            decided = true;
            Add(chosen, route, alert);
            if (!route.Continue)
            {
                break;
            }
        }

        if (!decided)
        {
            Add(chosen, configuration.Defaults, alert);
        }

        return [.. configuration.Sinks.Select(static sink => sink.Name).Where(chosen.Contains)];
    }

    private static void Add(HashSet<string> chosen, RouteDefinition route, Alert alert)
    {
        if (alert.Severity >= route.MinimumSeverity)
        {
            chosen.UnionWith(route.Sinks);
        }
    }
}
