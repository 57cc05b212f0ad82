using System.Text.Json;
using OpsManager.Core.Escalations;
using OpsManager.Core.Primitives;
using static OpsManager.Notifications.Configuration.StrictMembers;

namespace OpsManager.Notifications.Configuration;

/// <summary>Reads a route.</summary>
internal static class RouteReader
{
    /// <summary>The route; null if it is wrong.</summary>
    public static RouteDefinition? Read(JsonElement element, string path, HashSet<string> sinks, List<string> errors)
    {
        if (!IsObject(element, path, errors))
        {
            return null;
        }

        Known(element, path + ".", ["match", "minimumSeverity", "sinks", "continue"], errors);
        var route = new RouteDefinition
        {
            MinimumSeverity = Word(element, "minimumSeverity", path + ".", EscalationSeverity.Info, errors),
            Sinks = SinkNames(element, path + ".", sinks, required: true, errors),
        };
        if (element.TryGetProperty("continue", out var goOn))
        {
            if (goOn.ValueKind is JsonValueKind.True or JsonValueKind.False)
            {
                route = route with { Continue = goOn.GetBoolean() };
            }
            else
            {
                errors.Add($"{path}.continue: it is no truth value; write true or false.");
            }
        }

        if (!element.TryGetProperty("match", out var match))
        {
            return route;
        }

        var matchPath = path + ".match";
        if (!IsObject(match, matchPath, errors))
        {
            return null;
        }

        Known(match, matchPath + ".", ["categories", "severities", "reasonCodes", "workspaces", "labels"], errors);
        return route with
        {
            Categories = Words<EscalationCategory>(match, "categories", matchPath + ".", errors),
            Severities = Words<EscalationSeverity>(match, "severities", matchPath + ".", errors),
            ReasonCodes = Texts(match, "reasonCodes", matchPath + ".", errors),
            Workspaces = Texts(match, "workspaces", matchPath + ".", errors),
            Labels = Texts(match, "labels", matchPath + ".", errors),
        };
    }

    /// <summary>The member <c>sinks</c>: names of sinks that there are, each once.</summary>
    public static ValueList<string> SinkNames(JsonElement element, string path, HashSet<string> known, bool required, List<string> errors)
    {
        if (!element.TryGetProperty("sinks", out _))
        {
            if (required)
            {
                errors.Add($"{path}sinks: it is missing; write the names of sinks, or [] to tell nobody.");
            }

            return [];
        }

        var names = Texts(element, "sinks", path, errors);
        for (var i = 0; i < names.Count; i++)
        {
            if (!known.Contains(names[i]))
            {
                errors.Add($"{path}sinks[{i}]: there is no valid sink '{names[i]}'; known are {(known.Count == 0 ? "none" : string.Join(", ", known.Order(StringComparer.Ordinal)))}.");
            }
        }

        return names.Distinct(StringComparer.Ordinal).ToValueList();
    }
}
