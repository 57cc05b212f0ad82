using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OpsFunctions.Api;
using OpsFunctions.Middleware;

namespace OpsFunctions.OpenApi;

/// <summary>The OpenAPI 3.1 document, made from the function attributes and the types that are written.</summary>
public static partial class OpenApiDocument
{
    private const string Description =
        "Creates and observes Loop Runs: managed executions of Superloop inside a sprite.\n\n"
        + "Every call needs a key. Problems are RFC 9457 problem details with a stable `code`, repeated in the header `x-error-code`. "
        + "Members are added without notice: ignore what you do not know, and expect new words where a member has a list of them.";

    private static readonly Lazy<JsonObject> Cached =
        new(() => Build(HttpFunction.In(typeof(OpenApiDocument).Assembly), ApiOperations.All, ApiResources.Embedded));

    /// <summary>The document of this app. Not to be changed.</summary>
    public static JsonObject Current => Cached.Value;

    /// <summary>Builds a document. Fails if a function has no description, or a description no function.</summary>
    public static JsonObject Build(IReadOnlyList<HttpFunction> functions, IReadOnlyList<ApiOperation> operations, ApiResources resources)
    {
        var described = operations.ToDictionary(operation => operation.Function, StringComparer.Ordinal);
        if (described.Keys.Except(functions.Select(function => function.Name)).FirstOrDefault() is { } unused)
        {
            throw new InvalidOperationException($"No HTTP function {unused} belongs to its description.");
        }

        var schemas = new SchemaBook(resources.Descriptions);
        var writer = new OperationWriter(schemas, resources);
        var paths = new JsonObject();
        foreach (var function in functions)
        {
            if (!described.TryGetValue(function.Name, out var operation))
            {
                throw new InvalidOperationException($"HTTP function {function.Name} is not described.");
            }

            var route = "/" + RouteConstraint().Replace(function.Route, "{${name}}");
            if (paths[route] is not JsonObject path)
            {
                path = new JsonObject();
                paths[route] = path;
            }

            foreach (var method in function.Methods)
            {
                path[method] = writer.Write(operation, route, function.Level);
            }
        }

        var version = typeof(OpenApiDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject { ["title"] = "Superloop Ops Manager", ["version"] = version ?? "0.0.0", ["description"] = Description },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" + ApiLinks.RoutePrefix }),
            ["security"] = new JsonArray(
                new JsonObject { ["functionKey"] = new JsonArray() },
                new JsonObject { ["functionKeyQuery"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["functionKey"] = Key("header", "x-functions-key", "A host key opens every operation that names no other key, a function key one of them."),
                    ["functionKeyQuery"] = Key("query", "code", "The same keys. Addresses end up in logs: prefer the header."),
                    [OperationWriter.MasterKey] = Key("header", "x-functions-key", "The master key of the host. It opens every operation; where it is named, no other key does."),
                },
                ["parameters"] = new JsonObject
                {
                    [RequestTrace.TraceParentHeader] = Header(RequestTrace.TraceParentHeader, "W3C trace context. The request and what it causes belong to this trace."),
                    [RequestTrace.RequestIdHeader] = Header(RequestTrace.RequestIdHeader, "The caller's own name for the request, up to 128 printable ASCII characters; it is echoed."),
                },
                ["headers"] = OperationWriter.CommonHeaders(),
                ["examples"] = writer.ProblemExamples(),
                ["schemas"] = schemas.ToJson(),
            },
        };
    }

    private static JsonObject Key(string place, string name, string description) =>
        new() { ["type"] = "apiKey", ["in"] = place, ["name"] = name, ["description"] = description };

    private static JsonObject Header(string name, string description) =>
        new() { ["name"] = name, ["in"] = "header", ["description"] = description, ["schema"] = new JsonObject { ["type"] = "string" } };

    // A route may constrain a parameter: {runId:alpha}.
    [GeneratedRegex(@"\{(?<name>[A-Za-z]+)(:[^}]*)?\??\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RouteConstraint();
}
