using System.Text.Json;
using System.Text.RegularExpressions;
using OpsManager.Core.Escalations;
using OpsManager.Core.Primitives;
using OpsManager.Notifications.Sinks;

namespace OpsManager.Notifications.Configuration;

/// <summary>Reads sinks and routes strictly, naming every member that is wrong and how to put it right.</summary>
public static partial class ConfigurationReader
{
    private const int SinksAtMost = 50;
    private const int RoutesAtMost = 200;
    private const int WordsAtMost = 100;

    private static readonly JsonDocumentOptions Strict = new()
    {
        MaxDepth = 16,
        AllowDuplicateProperties = false,
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private static readonly Dictionary<string, SinkType> Types = new(StringComparer.Ordinal)
    {
        ["webhook"] = SinkType.Webhook,
        ["slack"] = SinkType.Slack,
        ["pagerduty"] = SinkType.PagerDuty,
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
            if (ReadSink(element, path, errors) is not { } sink)
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
            if (ReadRoute(element, path, names, errors) is { } route)
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
                Sinks = SinkNames(given, "defaults.", names, required: false, errors),
            };
        }

        return new NotificationConfiguration { Sinks = sinks.ToValueList(), Routes = routes.ToValueList(), Defaults = defaults };
    }

    private static SinkDefinition? ReadSink(JsonElement element, string path, List<string> errors)
    {
        if (!IsObject(element, path, errors))
        {
            return null;
        }

        var before = errors.Count;
        var name = Text(element, "name", path + ".", required: true, errors);
        if (name is not null && !SinkName().IsMatch(name))
        {
            errors.Add($"{path}.name: a name has 1 to 64 lower-case letters, digits and hyphens, a letter or digit first.");
        }

        var word = Text(element, "type", path + ".", required: true, errors);
        if (word is null)
        {
            return null;
        }

        if (!Types.TryGetValue(word, out var type))
        {
            errors.Add($"{path}.type: '{word}' is no kind of sink; write one of {string.Join(", ", Types.Keys)}.");
            return null;
        }

        var result = type switch
        {
            SinkType.Webhook => ReadWebhook(element, path, errors),
            SinkType.Slack => ReadSlack(element, path, errors),
            _ => ReadPagerDuty(element, path, errors),
        };
        return errors.Count == before ? result with { Name = name!, Type = type } : null;
    }

    private static SinkDefinition ReadWebhook(JsonElement element, string path, List<string> errors)
    {
        Known(element, path + ".", ["name", "type", "url", "urlSecret", "signingSecret"], errors);
        var url = Address(element, path, errors);
        var urlSecret = SecretName(element, "urlSecret", path, required: false, errors);
        if (element.TryGetProperty("url", out _) == element.TryGetProperty("urlSecret", out _))
        {
            errors.Add($"{path}: a webhook has either url, or urlSecret if the address itself is secret.");
        }

        return new SinkDefinition
        {
            Name = string.Empty,
            Type = SinkType.Webhook,
            Url = url,
            UrlSecret = urlSecret,
            SigningSecret = SecretName(element, "signingSecret", path, required: true, errors),
        };
    }

    private static SinkDefinition ReadSlack(JsonElement element, string path, List<string> errors)
    {
        if (element.TryGetProperty("url", out _))
        {
            errors.Add($"{path}.url: the address of a Slack webhook is a secret; put it into a setting {SinkSecrets.Section}:<name> and write that name as urlSecret.");
        }

        Known(element, path + ".", ["name", "type", "url", "urlSecret"], errors);
        return new SinkDefinition { Name = string.Empty, Type = SinkType.Slack, UrlSecret = SecretName(element, "urlSecret", path, required: true, errors) };
    }

    private static SinkDefinition ReadPagerDuty(JsonElement element, string path, List<string> errors)
    {
        if (element.TryGetProperty("routingKey", out _))
        {
            errors.Add($"{path}.routingKey: the key is a secret; put it into a setting {SinkSecrets.Section}:<name> and write that name as routingKeySecret.");
        }

        Known(element, path + ".", ["name", "type", "url", "routingKey", "routingKeySecret"], errors);
        return new SinkDefinition
        {
            Name = string.Empty,
            Type = SinkType.PagerDuty,
            Url = element.TryGetProperty("url", out _) ? Address(element, path, errors) : null,
            RoutingKeySecret = SecretName(element, "routingKeySecret", path, required: true, errors),
        };
    }

    private static RouteDefinition? ReadRoute(JsonElement element, string path, HashSet<string> sinks, List<string> errors)
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

    private static Uri? Address(JsonElement element, string path, List<string> errors)
    {
        if (!element.TryGetProperty("url", out _) || Text(element, "url", path + ".", required: true, errors) is not { } text)
        {
            return null;
        }

        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp))
        {
            return address;
        }

        errors.Add($"{path}.url: it is no address; write https://host[:port]/path.");
        return null;
    }

    private static string? SecretName(JsonElement element, string name, string path, bool required, List<string> errors)
    {
        if (!required && !element.TryGetProperty(name, out _))
        {
            return null;
        }

        if (Text(element, name, path + ".", required, errors) is not { } secret)
        {
            return null;
        }

        if (SinkSecrets.IsName(secret))
        {
            return secret;
        }

        // Not repeated in the message: somebody may have put the secret itself here.
        errors.Add($"{path}.{name}: it must be the name of a setting below {SinkSecrets.Section}, not the secret itself: {SinkSecrets.NameRule}.");
        return null;
    }

    private static ValueList<string> SinkNames(JsonElement element, string path, HashSet<string> known, bool required, List<string> errors)
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

    private static T Word<T>(JsonElement element, string name, string path, T @default, List<string> errors)
        where T : struct, Enum
    {
        if (!element.TryGetProperty(name, out var given))
        {
            return @default;
        }

        return Parse<T>(given, path + name, errors) ?? @default;
    }

    private static ValueList<T> Words<T>(JsonElement element, string name, string path, List<string> errors)
        where T : struct, Enum =>
        Items(element, name, path, WordsAtMost, errors).Select(item => Parse<T>(item.Element, item.Path, errors)).OfType<T>().ToValueList();

    private static T? Parse<T>(JsonElement element, string path, List<string> errors)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (element.ValueKind == JsonValueKind.String && element.GetString() == Sinks.Words.Of(value))
            {
                return value;
            }
        }

        errors.Add($"{path}: this word is not known; write one of {string.Join(", ", Enum.GetValues<T>().Select(Sinks.Words.Of))}.");
        return null;
    }

    private static ValueList<string> Texts(JsonElement element, string name, string path, List<string> errors)
    {
        var texts = new List<string>();
        foreach (var (item, itemPath) in Items(element, name, path, WordsAtMost, errors))
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 and <= 320 } text)
            {
                texts.Add(text);
            }
            else
            {
                errors.Add($"{itemPath}: it is no text of 1 to 320 characters.");
            }
        }

        return texts.ToValueList();
    }

    private static List<(JsonElement Element, string Path)> Items(JsonElement parent, string name, string path, int atMost, List<string> errors)
    {
        if (!parent.TryGetProperty(name, out var list))
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            errors.Add($"{path}{name}: it is no list; write [ ... ].");
            return [];
        }

        if (list.GetArrayLength() > atMost)
        {
            errors.Add($"{path}{name}: it has {list.GetArrayLength()} elements; at most {atMost} are allowed.");
            return [];
        }

        return [.. list.EnumerateArray().Select((element, index) => (element, $"{path}{name}[{index}]"))];
    }

    private static string? Text(JsonElement element, string name, string path, bool required, List<string> errors)
    {
        if (!element.TryGetProperty(name, out var given))
        {
            if (required)
            {
                errors.Add($"{path}{name}: it is missing.");
            }

            return null;
        }

        if (given.ValueKind == JsonValueKind.String && given.GetString() is { Length: > 0 and <= 2048 } text)
        {
            return text;
        }

        errors.Add($"{path}{name}: it is no text of 1 to 2048 characters.");
        return null;
    }

    private static bool IsObject(JsonElement element, string path, List<string> errors)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            return true;
        }

        errors.Add($"{path}: it is no object; write {{ ... }}.");
        return false;
    }

    private static void Known(JsonElement element, string path, string[] known, List<string> errors)
    {
        foreach (var member in element.EnumerateObject().Where(member => !known.Contains(member.Name)))
        {
            errors.Add($"{path}{(member.Name.Length > 64 ? member.Name[..64] + "..." : member.Name)}: this member is not known; known are {string.Join(", ", known.Where(static name => name is not "routingKey"))}.");
        }
    }

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,63}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex SinkName();
}
