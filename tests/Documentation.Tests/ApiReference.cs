using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpsManager.Testing;

namespace Documentation.Tests;

/// <summary>Writes the reference part of docs/api.md from docs/openapi.json.</summary>
internal static class ApiReference
{
    /// <summary>Where the part begins.</summary>
    public const string Begin = "<!-- From here on written from openapi.json; see Refreshing. -->\n";

    // An example shows the form of an answer; a long one is cut after so many lines.
    private const int LinesOfExample = 40;

    // What stands for the parts of an address: the variables that the page begins with.
    private static readonly Dictionary<string, string> Filled = new(StringComparer.Ordinal)
    {
        ["runId"] = "$RUN",
        ["intentId"] = "$INTENT",
        ["number"] = "$NUMBER",
        ["silenceId"] = "$SILENCE",
        ["schema"] = "loop_run_event",
    };

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The OpenAPI document.</summary>
    public static JsonObject Document { get; } = JsonNode.Parse(File.ReadAllText(RepositoryRoot.Combine("docs", "openapi.json")))!.AsObject();

    /// <summary>All problem codes with their status.</summary>
    public static SortedDictionary<string, string> Codes()
    {
        var codes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (_, _, operation) in Operations())
        {
            foreach (var (status, response) in operation["responses"]!.AsObject())
            {
                foreach (var code in CodesOf(response!))
                {
                    codes[code] = status;
                }
            }
        }

        return codes;
    }

    /// <summary>The reference.</summary>
    public static string Write()
    {
        var text = new StringBuilder(Begin);
        foreach (var (path, method, operation) in Operations())
        {
            Write(text, path, method, operation);
        }

        text.Append("\n## Problem codes\n\n| Code | Status | Means | Example of its detail |\n| --- | --- | --- | --- |\n");
        foreach (var (code, status) in Codes())
        {
            var example = Document["components"]!["examples"]![code]!;
            text.Append($"| `{code}` | {status} | {example["summary"]} | {Cell(example["value"]!["detail"]!.GetValue<string>())} |\n");
        }

        return text.ToString();
    }

    /// <summary>The command that is shown of each operation.</summary>
    public static IEnumerable<(JsonObject Operation, string Curl)> Commands() =>
        Operations().Select(each => (each.Operation, Curl(each.Path, each.Method, each.Operation)));

    private static IEnumerable<(string Path, string Method, JsonObject Operation)> Operations() =>
        Document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(method => (path.Key, method.Key, method.Value!.AsObject())));

    private static void Write(StringBuilder text, string path, string method, JsonObject operation)
    {
        text.Append($"\n## {method.ToUpperInvariant()} /api{path}\n\n{operation["summary"]}. Function `{operation["operationId"]}`.\n");
        if (operation["description"] is { } description)
        {
            text.Append($"\n{description}\n");
        }

        text.Append($"\n```console\n{Curl(path, method, operation)}\n```\n");
        var parameters = operation["parameters"]!.AsArray().Where(parameter => parameter!["$ref"] is null).ToArray();
        if (parameters.Length > 0)
        {
            text.Append("\n| Parameter | In | Values | Means |\n| --- | --- | --- | --- |\n");
            foreach (var parameter in parameters)
            {
                // A part of the address is always there.
                var required = IsRequired(parameter!) && parameter!["in"]!.GetValue<string>() != "path" ? ", required" : string.Empty;
                text.Append($"| `{parameter!["name"]}`{required} | {parameter["in"]} | {Values(parameter["schema"]!)} | {Cell(parameter["description"]!.GetValue<string>())} |\n");
            }
        }

        if (operation["requestBody"]?["content"]!["application/json"]!["schema"]!["$ref"] is { } reference)
        {
            Members(text, reference.GetValue<string>());
        }

        text.Append("\n| Answer | Body | When |\n| --- | --- | --- |\n");
        foreach (var (status, response) in operation["responses"]!.AsObject())
        {
            var codes = CodesOf(response!).ToArray();
            var body = string.Join(", ", response!["content"]?.AsObject().Select(content => BodyOf(content.Key, content.Value!)) ?? []);
            var when = codes.Length > 0 ? string.Join(", ", codes.Select(code => $"`{code}`")) : Cell(response["description"]!.GetValue<string>());
            text.Append($"| {status} | {(body.Length == 0 ? "none" : body)} | {when} |\n");
        }

        Examples(text, operation);
    }

    private static void Members(StringBuilder text, string reference)
    {
        var schema = Resolve(reference);
        var required = schema["required"]?.AsArray().Select(name => name!.GetValue<string>()).ToHashSet(StringComparer.Ordinal) ?? [];
        text.Append("\n| Member of the body | Values | Means |\n| --- | --- | --- |\n");
        foreach (var (name, property) in schema["properties"]!.AsObject())
        {
            text.Append($"| `{name}`{(required.Contains(name) ? ", required" : string.Empty)} | {Values(property!)} | {Cell(property!["description"]?.GetValue<string>() ?? string.Empty)} |\n");
        }
    }

    private static void Examples(StringBuilder text, JsonObject operation)
    {
        foreach (var (status, response) in operation["responses"]!.AsObject().Where(response => response.Key[0] == '2'))
        {
            foreach (var (mediaType, content) in response!["content"]?.AsObject() ?? [])
            {
                foreach (var (name, example) in content!["examples"]?.AsObject() ?? [])
                {
                    var value = example!["value"]!;
                    var lines = (value is JsonValue ? value.GetValue<string>().TrimEnd() : value.ToJsonString(Format)).Split('\n');
                    var language = mediaType == "application/json" ? "json" : "text";
                    text.Append($"\n{status}, `{mediaType}`, {name}:\n\n```{language}\n{string.Join('\n', lines.Take(LinesOfExample))}\n");
                    text.Append(lines.Length > LinesOfExample ? $"```\n\nand {lines.Length - LinesOfExample} lines more; all of it is in [openapi.json](openapi.json).\n" : "```\n");
                }
            }
        }
    }

    private static string Curl(string path, string method, JsonObject operation)
    {
        var address = Filled.Aggregate(path, static (filled, value) => filled.Replace($"{{{value.Key}}}", value.Value, StringComparison.Ordinal));
        var key = operation["security"] is null ? "$KEY" : "$MASTER_KEY";
        var call = new StringBuilder($"curl {(method == "get" ? string.Empty : $"-X {method.ToUpperInvariant()} ")}\"$OPS{address}\" -H \"x-functions-key: {key}\"");
        if (operation["parameters"]!.AsArray().Any(static parameter => parameter!["name"]?.GetValue<string>() == "If-Match" && IsRequired(parameter)))
        {
            call.Append(" -H \"If-Match: $ETAG\"");
        }

        if (operation["requestBody"]?["content"]!["application/json"]!["examples"]!.AsObject().First().Value!["value"] is { } body)
        {
            call.Append(" -H \"Content-Type: application/json\"");
            if (operation["parameters"]!.AsArray().Any(parameter => parameter!["name"]?.GetValue<string>() == "Idempotency-Key"))
            {
                call.Append(" -H \"Idempotency-Key: checkout-1\"");
            }

            call.Append($" \\\n  -d '{body.ToJsonString(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })}'");
        }

        return call.ToString();
    }

    private static IEnumerable<string> CodesOf(JsonNode response) =>
        response["headers"]?["x-error-code"]?["schema"]!["enum"]!.AsArray().Select(code => code!.GetValue<string>()) ?? [];

    private static string BodyOf(string mediaType, JsonNode content) =>
        mediaType == "application/problem+json" ? "problem"
        : (content["schema"]!["$ref"] ?? content["x-message-schema"]?["$ref"]) is { } reference ? $"`{mediaType}`: `{NameOf(reference)}`"
        : $"`{mediaType}`";

    private static bool IsRequired(JsonNode parameter) => parameter["required"]?.GetValue<bool>() == true;

    private static string Values(JsonNode schema)
    {
        if (schema["$ref"] is { } reference)
        {
            var target = Resolve(reference.GetValue<string>());
            return target["enum"] is null ? $"`{NameOf(reference)}`" : Values(target);
        }

        if (schema["enum"] is JsonArray words)
        {
            return string.Join(' ', words.Select(word => $"`{word}`"));
        }

        var bounds = (schema["minimum"], schema["maximum"], schema["maxLength"], schema["default"]) switch
        {
            ({ } least, { } most, _, { } usual) => $" {least} to {most}, default {usual}",
            ({ } least, null, _, _) => $" from {least}",
            (_, _, { } length, _) => $", at most {length} characters",
            _ => string.Empty,
        };
        return schema["type"] + bounds;
    }

    private static JsonObject Resolve(string reference) => Document["components"]!["schemas"]![reference.Split('/')[^1]]!.AsObject();

    private static string NameOf(JsonNode reference) => reference.GetValue<string>().Split('/')[^1];

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ');
}
