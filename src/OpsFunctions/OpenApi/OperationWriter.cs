using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Azure.Functions.Worker;
using OpsFunctions.Middleware;
using OpsFunctions.Problems;
using OpsManager.Contract;
using OpsManager.Core.Intents;
using OpsManager.Core.Runs;

namespace OpsFunctions.OpenApi;

/// <summary>Writes the operations of an OpenAPI document.</summary>
/// <param name="schemas">Takes the schemas they refer to.</param>
/// <param name="resources">Examples.</param>
internal sealed partial class OperationWriter(SchemaBook schemas, ApiResources resources)
{
    /// <summary>Security scheme of what only whoever runs the host may do.</summary>
    public const string MasterKey = "masterKey";

    private const string ExampleRoot = "#/components/examples/";
    private const string HeaderRoot = "#/components/headers/";
    private const string ParameterRoot = "#/components/parameters/";

    private static readonly string[] TraceHeaders = [RequestTrace.TraceParentHeader, RequestTrace.RequestIdHeader];

    /// <summary>Headers that many answers have.</summary>
    public static JsonObject CommonHeaders() => new()
    {
        [RequestTrace.TraceParentHeader] = Header("Trace context of the request, as in the logs."),
        [RequestTrace.RequestIdHeader] = Header("What the caller named the request."),
        ["Retry-After"] = Header("Seconds after which the request may succeed. Not with every problem."),
    };

    /// <summary>An example of each kind of problem that there is one of.</summary>
    public JsonObject ProblemExamples()
    {
        var examples = new JsonObject();
        foreach (var kind in ProblemKinds.ByCode.Values.OrderBy(kind => kind.Code, StringComparer.Ordinal))
        {
            if (resources.Json(ExampleOf(kind)) is { } example)
            {
                examples[kind.Code] = new JsonObject { ["summary"] = kind.Title, ["value"] = example };
            }
        }

        return examples;
    }

    /// <summary>The operation.</summary>
    public JsonObject Write(ApiOperation operation, string route, AuthorizationLevel level)
    {
        var result = new JsonObject { ["operationId"] = operation.Function, ["summary"] = operation.Summary };
        if (operation.Description is { } description)
        {
            result["description"] = description;
        }

        if (level == AuthorizationLevel.Admin)
        {
            result["security"] = new JsonArray(new JsonObject { [MasterKey] = new JsonArray() });
        }

        result["parameters"] = Parameters(operation, route);
        if (operation.Request is { } request)
        {
            var content = new JsonObject { ["schema"] = schemas.Reference(request) };
            AddExamples(content, $"{operation.Function}.request.", ".json");
            result["requestBody"] = new JsonObject { ["required"] = true, ["content"] = new JsonObject { ["application/json"] = content } };
        }

        result["responses"] = Responses(operation);
        return result;
    }

    private static JsonArray Parameters(ApiOperation operation, string route)
    {
        var parameters = new JsonArray();
        foreach (var name in RouteParameter().Matches(route).Select(match => match.Groups["name"].Value))
        {
            parameters.Add((JsonNode)new JsonObject
            {
                ["name"] = name,
                ["in"] = "path",
                ["required"] = true,
                ["description"] = name switch
                {
                    "runId" => "Id of the run, from the answer that created it. " + RunId.Rule + ".",
                    "intentId" => "Id of the intent, from the answer that accepted it. " + IntentId.Rule + ".",
                    "schema" => "Name of the schema: "
                        + string.Join(", ", ContractSchemas.Names.Select(file => file[..file.IndexOf('.', StringComparison.Ordinal)])) + ".",
                    "number" => "Number of the escalation within the run, from 1.",
                    "silenceId" => "Id of the silence, from the answer that created it.",
                    _ => "Part of the address.",
                },
                ["schema"] = new JsonObject { ["type"] = "string" },
            });
        }

        foreach (var parameter in operation.Parameters)
        {
            var written = new JsonObject { ["name"] = parameter.Name, ["in"] = parameter.In };
            if (parameter.IsRequired)
            {
                written["required"] = true;
            }

            written["description"] = parameter.Description;
            written["schema"] = parameter.Schema.DeepClone();
            parameters.Add((JsonNode)written);
        }

        foreach (var name in TraceHeaders)
        {
            parameters.Add((JsonNode)new JsonObject { ["$ref"] = ParameterRoot + name });
        }

        return parameters;
    }

    private JsonObject Responses(ApiOperation operation)
    {
        var responses = new SortedDictionary<int, JsonObject>();
        foreach (var group in operation.Responses.GroupBy(response => response.Status))
        {
            var headers = TracedHeaders();
            var content = new JsonObject();
            foreach (var each in group)
            {
                foreach (var (name, meaning) in each.Headers ?? new Dictionary<string, string>())
                {
                    headers[name] = Header(meaning);
                }

                if (each.ContentType is { } contentType)
                {
                    content[contentType] = Content(operation, each, contentType);
                }
            }

            var response = new JsonObject { ["description"] = string.Join(" ", group.Select(each => each.Description)), ["headers"] = headers };
            if (content.Count > 0)
            {
                response["content"] = content;
            }

            responses[group.Key] = response;
        }

        responses[401] = new JsonObject { ["description"] = "No key, or none that opens this operation. The host answers, before the app and without a problem document." };
        foreach (var group in operation.AllProblems.Distinct().GroupBy(kind => kind.Status))
        {
            responses[group.Key] = Problems([.. group]);
        }

        var result = new JsonObject();
        foreach (var (status, response) in responses)
        {
            result[status.ToString(CultureInfo.InvariantCulture)] = response;
        }

        return result;
    }

    private JsonObject Content(ApiOperation operation, ApiResponse response, string contentType)
    {
        if (contentType.StartsWith("text/", StringComparison.Ordinal))
        {
            // A stream is a text; what each message holds is said beside it.
            var stream = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } };
            if (response.Body is { } message)
            {
                stream["schema"]!["description"] = $"Server-sent events. `data` of each unnamed message is one {message.Name}, `id` its cursor.";
                stream["x-message-schema"] = schemas.Reference(message);
            }

            AddExamples(stream, $"{operation.Function}.{response.Status}.", ".txt");
            return stream;
        }

        var content = new JsonObject
        {
            ["schema"] = response.Body is { } body ? schemas.Reference(body) : new JsonObject { ["type"] = "object" },
        };
        AddExamples(content, $"{operation.Function}.{response.Status}.", ".json");
        return content;
    }

    private JsonObject Problems(ProblemKind[] kinds)
    {
        var content = new JsonObject { ["schema"] = schemas.Reference(typeof(ApiProblem)) };
        var examples = new JsonObject();
        foreach (var kind in kinds.Where(kind => resources.Examples.ContainsKey(ExampleOf(kind))))
        {
            examples[kind.Code] = new JsonObject { ["$ref"] = ExampleRoot + kind.Code };
        }

        if (examples.Count > 0)
        {
            content["examples"] = examples;
        }

        var headers = TracedHeaders();
        headers["Retry-After"] = new JsonObject { ["$ref"] = HeaderRoot + "Retry-After" };
        headers[ProblemResult.ErrorCodeHeader] = new JsonObject
        {
            ["description"] = "The code.",
            ["schema"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. kinds.Select(kind => (JsonNode)kind.Code)]) },
        };
        return new JsonObject
        {
            ["description"] = string.Join("; ", kinds.Select(kind => $"`{kind.Code}`: {kind.Title}")) + ".",
            ["headers"] = headers,
            ["content"] = new JsonObject { [ProblemResult.ContentType] = content },
        };
    }

    private void AddExamples(JsonObject content, string prefix, string extension)
    {
        var examples = new JsonObject();
        foreach (var (name, text) in resources.Examples
            .Where(each => each.Key.StartsWith(prefix, StringComparison.Ordinal) && each.Key.EndsWith(extension, StringComparison.Ordinal))
            .OrderBy(each => each.Key, StringComparer.Ordinal))
        {
            examples[name[prefix.Length..^extension.Length]] = new JsonObject { ["value"] = extension == ".json" ? JsonNode.Parse(text) : text };
        }

        if (examples.Count > 0)
        {
            content["examples"] = examples;
        }
    }

    private static JsonObject TracedHeaders()
    {
        var headers = new JsonObject();
        foreach (var name in TraceHeaders)
        {
            headers[name] = new JsonObject { ["$ref"] = HeaderRoot + name };
        }

        return headers;
    }

    private static JsonObject Header(string description) =>
        new() { ["description"] = description, ["schema"] = new JsonObject { ["type"] = "string" } };

    private static string ExampleOf(ProblemKind kind) => $"problem.{kind.Code}.json";

    [GeneratedRegex(@"\{(?<name>[A-Za-z]+)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RouteParameter();
}
