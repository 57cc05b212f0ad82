using System.Text.Json.Nodes;

namespace OpsFunctions.Tests.OpenApi;

/// <summary>
/// Finds what a client of an earlier OpenAPI document cannot live with in a later one: something it may call or read is gone or has
/// another type, a word is gone from a list, something is newly required of it.
/// </summary>
internal sealed class BreakingChanges
{
    private readonly JsonObject _before;
    private readonly JsonObject _after;
    private readonly List<string> _found = [];
    private readonly HashSet<(string Before, string After, bool Request)> _seen = [];

    private BreakingChanges(JsonObject before, JsonObject after)
    {
        _before = before;
        _after = after;
    }

    /// <summary>The breaking changes, each by its place.</summary>
    public static IReadOnlyList<string> Between(JsonObject before, JsonObject after)
    {
        var changes = new BreakingChanges(before, after);
        foreach (var (path, operations) in before["paths"]!.AsObject())
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                var place = $"{method.ToUpperInvariant()} {path}";
                if (after["paths"]![path]?[method] is JsonObject now)
                {
                    changes.Operation(place, operation!.AsObject(), now);
                }
                else
                {
                    changes._found.Add($"{place}: removed");
                }
            }
        }

        return changes._found;
    }

    private void Operation(string place, JsonObject before, JsonObject after)
    {
        Parameters(place, ByName(_before, before), ByName(_after, after));
        Body(place, before["requestBody"] as JsonObject, after["requestBody"] as JsonObject);
        foreach (var (status, response) in before["responses"]!.AsObject())
        {
            if (after["responses"]![status] is not JsonObject now)
            {
                _found.Add($"{place}: answer {status} removed");
                continue;
            }

            Headers($"{place} {status}", response!["headers"] as JsonObject, now["headers"] as JsonObject);
            foreach (var (mediaType, content) in response["content"] as JsonObject ?? [])
            {
                if (now["content"]?[mediaType] is JsonObject body)
                {
                    Schema($"{place} {status} {mediaType}", content!["schema"], body["schema"], request: false);
                }
                else
                {
                    _found.Add($"{place} {status}: {mediaType} removed");
                }
            }
        }
    }

    private void Parameters(string place, Dictionary<string, JsonObject> before, Dictionary<string, JsonObject> after)
    {
        foreach (var (name, parameter) in before)
        {
            if (!after.TryGetValue(name, out var now))
            {
                _found.Add($"{place}: parameter {name} removed");
                continue;
            }

            if (!IsRequired(parameter) && IsRequired(now))
            {
                _found.Add($"{place}: parameter {name} newly required");
            }

            Schema($"{place} parameter {name}", parameter["schema"], now["schema"], request: true);
        }

        _found.AddRange(after.Where(parameter => !before.ContainsKey(parameter.Key) && IsRequired(parameter.Value)).Select(parameter => $"{place}: parameter {parameter.Key} newly required"));
    }

    private void Body(string place, JsonObject? before, JsonObject? after)
    {
        if (after is not null && IsRequired(after) && (before is null || !IsRequired(before)))
        {
            _found.Add($"{place}: body newly required");
        }

        foreach (var (mediaType, content) in before?["content"] as JsonObject ?? [])
        {
            if (after?["content"]?[mediaType] is JsonObject now)
            {
                Schema($"{place} body", content!["schema"], now["schema"], request: true);
            }
            else
            {
                _found.Add($"{place} body: {mediaType} removed");
            }
        }
    }

    private void Headers(string place, JsonObject? before, JsonObject? after)
    {
        foreach (var (name, header) in before ?? [])
        {
            if (after?[name] is JsonObject now)
            {
                Schema($"{place} header {name}", Resolve(_before, header)["schema"], Resolve(_after, now)["schema"], request: false);
            }
            else
            {
                _found.Add($"{place}: header {name} removed");
            }
        }
    }

    private void Schema(string place, JsonNode? before, JsonNode? after, bool request)
    {
        if (before is not JsonObject || after is not JsonObject)
        {
            return;
        }

        if (before["$ref"] is { } was && after["$ref"] is { } now && !_seen.Add((was.GetValue<string>(), now.GetValue<string>(), request)))
        {
            return;
        }

        var old = Resolve(_before, before);
        var current = Resolve(_after, after);
        Types(place, old, current, request);
        Words(place, old, current, request);
        Properties(place, old, current, request);
        Schema(place + "[]", old["items"], current["items"], request);
        Schema(place + ".*", old["additionalProperties"], current["additionalProperties"], request);
        if (request)
        {
            Bounds(place, old, current);
        }
    }

    private void Types(string place, JsonObject before, JsonObject after, bool request)
    {
        var (old, current) = (Texts(before["type"]), Texts(after["type"]));
        // A request may send any of the old types; an answer may hold none but the old ones.
        var ok = request
            ? current.Count == 0 || (old.Count > 0 && old.IsSubsetOf(current))
            : old.Count == 0 || (current.Count > 0 && current.IsSubsetOf(old));
        if (!ok)
        {
            _found.Add($"{place}: type changed from {Join(old)} to {Join(current)}");
        }
    }

    private void Words(string place, JsonObject before, JsonObject after, bool request)
    {
        if (after["enum"] is not { } words)
        {
            return;
        }

        var current = Texts(words);
        if (before["enum"] is not { } known)
        {
            // An answer that says less than it might have said surprises nobody.
            if (request)
            {
                _found.Add($"{place}: newly limited to {Join(current)}");
            }

            return;
        }

        _found.AddRange(Texts(known).Except(current).Select(word => $"{place}: word {word} removed"));
    }

    private void Properties(string place, JsonObject before, JsonObject after, bool request)
    {
        var (required, now) = (Texts(before["required"]), Texts(after["required"]));
        _found.AddRange((request ? now.Except(required) : required.Except(now)).Select(name => $"{place}.{name}: {(request ? "newly required" : "no longer always there")}"));
        foreach (var (name, property) in before["properties"] as JsonObject ?? [])
        {
            if (after["properties"]?[name] is { } current)
            {
                Schema($"{place}.{name}", property, current, request);
            }
            else
            {
                _found.Add($"{place}.{name}: removed");
            }
        }
    }

    private void Bounds(string place, JsonObject before, JsonObject after)
    {
        foreach (var (name, sign) in new[] { ("maxLength", 1), ("maximum", 1), ("maxProperties", 1), ("minLength", -1), ("minimum", -1) })
        {
            if (after[name] is { } bound && (before[name] is not { } old || sign * double.Parse(bound.ToString()) < sign * double.Parse(old.ToString())))
            {
                _found.Add($"{place}: {name} narrowed to {bound}");
            }
        }
    }

    private static Dictionary<string, JsonObject> ByName(JsonObject document, JsonObject operation) =>
        (operation["parameters"] as JsonArray ?? [])
            .Select(parameter => Resolve(document, parameter))
            .ToDictionary(parameter => $"{parameter["in"]}:{parameter["name"]}", StringComparer.Ordinal);

    private static JsonObject Resolve(JsonObject document, JsonNode? node)
    {
        var current = node!.AsObject();
        while (current["$ref"]?.GetValue<string>() is { } reference)
        {
            current = reference.Split('/').Skip(1).Aggregate((JsonNode)document, (parent, part) => parent[part]!).AsObject();
        }

        return current;
    }

    private static bool IsRequired(JsonObject node) => node["required"] is JsonValue value && value.GetValue<bool>();

    private static SortedSet<string> Texts(JsonNode? node) => new(
        node switch
        {
            JsonArray list => list.Select(each => each?.ToString() ?? "null"),
            JsonValue value => [value.ToString()],
            _ => [],
        },
        StringComparer.Ordinal);

    private static string Join(SortedSet<string> words) => words.Count == 0 ? "anything" : string.Join('|', words);
}
