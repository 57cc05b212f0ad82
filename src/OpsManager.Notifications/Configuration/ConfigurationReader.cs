using System.Text.Json;
using OpsManager.Core.Escalations;
using OpsManager.Core.Primitives;
using static OpsManager.Notifications.Configuration.StrictMembers;

namespace OpsManager.Notifications.Configuration;

/// <summary>Reads sinks and routes strictly, naming every member that is wrong and how to put it right.</summary>
public static class ConfigurationReader
{
    private const int SinksAtMost = 50;
    private const int RoutesAtMost = 200;

    private static readonly JsonDocumentOptions Strict = new()
    {
        MaxDepth = 16,
        AllowDuplicateProperties = false,
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>The configuration, or what is wrong with it.</summary>
    public static (NotificationConfiguration? Configuration, IReadOnlyList<string> Errors) Read(ReadOnlyMemory<byte> json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, Strict);
        }
        catch (JsonException error)
        {
            return (null, [$"it is not valid JSON at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}: {error.Message.Split(" LineNumber:")[0]}"]);
        }

        using (document)
        {
            var errors = new List<string>();
            var configuration = ReadRoot(document.RootElement, errors);
            return errors.Count == 0 ? (configuration, errors) : (null, errors);
        }
    }

    private static NotificationConfiguration ReadRoot(JsonElement root, List<string> errors)
    {
        if (!IsObject(root, "the file", errors))
        {
            return NotificationConfiguration.None;
        }

        Known(root, string.Empty, ["$schema", "sinks", "routes", "defaults"], errors);
        var sinks = new List<SinkDefinition>();
        foreach (var (element, path) in Items(root, "sinks", string.Empty, SinksAtMost, errors))
        {
            if (SinkReader.Read(element, path, errors) is not { } sink)
            {
                continue;
            }

            if (sinks.Exists(other => other.Name == sink.Name))
            {
                errors.Add($"{path}.name: '{sink.Name}' is there twice; give each sink a name of its own.");
            }

            sinks.Add(sink);
        }

        var names = sinks.Select(static sink => sink.Name).ToHashSet(StringComparer.Ordinal);
        var routes = new List<RouteDefinition>();
        foreach (var (element, path) in Items(root, "routes", string.Empty, RoutesAtMost, errors))
        {
            if (RouteReader.Read(element, path, names, errors) is { } route)
            {
                routes.Add(route);
            }
        }

        var defaults = new RouteDefinition { MinimumSeverity = EscalationSeverity.Warning };
        if (root.TryGetProperty("defaults", out var given) && IsObject(given, "defaults", errors))
        {
            Known(given, "defaults.", ["minimumSeverity", "sinks"], errors);
            defaults = new RouteDefinition
            {
                MinimumSeverity = Word(given, "minimumSeverity", "defaults.", EscalationSeverity.Warning, errors),
                Sinks = RouteReader.SinkNames(given, "defaults.", names, required: false, errors),
            };
        }

        return new NotificationConfiguration { Sinks = sinks.ToValueList(), Routes = routes.ToValueList(), Defaults = defaults };
    }

}
