using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OpsFunctions.Api;
using OpsFunctions.Problems;

namespace OpsFunctions.OpenApi;

/// <summary>The OpenAPI 3.1 document, made from the function attributes and the types that are written.</summary>
public static partial class OpenApiDocument
{
    private static readonly Lazy<JsonObject> Cached = new(() => Build(HttpFunction.In(typeof(OpenApiDocument).Assembly), ApiOperations.All));

    /// <summary>The document of this app. Not to be changed.</summary>
    public static JsonObject Current => Cached.Value;

    /// <summary>Builds a document. Fails if a function has no description, or a description no function.</summary>
    public static JsonObject Build(IReadOnlyList<HttpFunction> functions, IReadOnlyList<ApiOperation> operations)
    {
        var described = operations.ToDictionary(operation => operation.Function, StringComparer.Ordinal);
        if (described.Keys.Except(functions.Select(function => function.Name)).FirstOrDefault() is { } unused)
        {
            throw new InvalidOperationException($"No HTTP function {unused} belongs to its description.");
        }

        var schemas = new SchemaBook();
        var problem = schemas.Reference(typeof(ApiProblem));
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
                path[method] = Describe(function, operation, route, schemas, problem);
            }
        }

        var version = typeof(OpenApiDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "Superloop Ops Manager",
                ["version"] = version ?? "0.0.0",
                ["description"] = "Creates, observes and controls Loop Runs. Problems are answered as RFC 9457 problem details with a stable code.",
            },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" + ApiLinks.RoutePrefix }),
            ["security"] = new JsonArray(
                new JsonObject { ["functionKey"] = new JsonArray() },
                new JsonObject { ["functionKeyQuery"] = new JsonArray() }),
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["securitySchemes"] = new JsonObject
                {
                    ["functionKey"] = new JsonObject { ["type"] = "apiKey", ["in"] = "header", ["name"] = "x-functions-key" },
                    ["functionKeyQuery"] = new JsonObject { ["type"] = "apiKey", ["in"] = "query", ["name"] = "code" },
                },
                ["schemas"] = schemas.ToJson(),
            },
        };
    }

    private static JsonObject Describe(HttpFunction function, ApiOperation operation, string route, SchemaBook schemas, JsonObject problem)
    {
        var result = new JsonObject
        {
            ["operationId"] = function.Name,
            ["summary"] = operation.Summary,
        };
        if (operation.Description is { } description)
        {
            result["description"] = description;
        }

        var parameters = new JsonArray();
        foreach (var name in RouteParameter().Matches(route).Select(match => match.Groups["name"].Value))
        {
            parameters.Add((JsonNode)new JsonObject
            {
                ["name"] = name,
                ["in"] = "path",
                ["required"] = true,
                ["schema"] = new JsonObject { ["type"] = "string" },
            });
        }

        foreach (var parameter in operation.Parameters)
        {
            parameters.Add((JsonNode)new JsonObject
            {
                ["name"] = parameter.Name,
                ["in"] = parameter.In,
                ["description"] = parameter.Description,
                ["schema"] = parameter.Schema.DeepClone(),
            });
        }

        if (parameters.Count > 0)
        {
            result["parameters"] = parameters;
        }

        if (operation.Request is { } request)
        {
            result["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = new JsonObject { ["application/json"] = new JsonObject { ["schema"] = schemas.Reference(request) } },
            };
        }

        result["responses"] = Responses(operation, schemas, problem);
        return result;
    }

    private static JsonObject Responses(ApiOperation operation, SchemaBook schemas, JsonObject problem)
    {
        var responses = new JsonObject();
        foreach (var group in operation.Responses.GroupBy(response => response.Status).OrderBy(group => group.Key))
        {
            var response = new JsonObject { ["description"] = string.Join(" ", group.Select(each => each.Description)) };
            var headers = new JsonObject();
            var content = new JsonObject();
            foreach (var each in group)
            {
                foreach (var (name, meaning) in each.Headers ?? new Dictionary<string, string>())
                {
                    headers[name] = new JsonObject { ["description"] = meaning, ["schema"] = new JsonObject { ["type"] = "string" } };
                }

                if (each.ContentType is { } contentType)
                {
                    content[contentType] = new JsonObject
                    {
                        ["schema"] = each.Body is { } body ? schemas.Reference(body) : new JsonObject { ["type"] = "object" },
                    };
                }
            }

            if (headers.Count > 0)
            {
                response["headers"] = headers;
            }

            if (content.Count > 0)
            {
                response["content"] = content;
            }

            responses[Number(group.Key)] = response;
        }

        foreach (var group in operation.Problems.Concat(ApiOperations.CommonProblems).Distinct().GroupBy(kind => kind.Status).OrderBy(group => group.Key))
        {
            responses[Number(group.Key)] = new JsonObject
            {
                ["description"] = string.Join("; ", group.Select(kind => $"`{kind.Code}`: {kind.Title}")) + ".",
                ["headers"] = new JsonObject
                {
                    [ProblemResult.ErrorCodeHeader] = new JsonObject
                    {
                        ["description"] = "The code.",
                        ["schema"] = new JsonObject
                        {
                            ["type"] = "string",
                            ["enum"] = new JsonArray([.. group.Select(kind => (JsonNode)kind.Code)]),
                        },
                    },
                },
                ["content"] = new JsonObject { [ProblemResult.ContentType] = new JsonObject { ["schema"] = problem.DeepClone() } },
            };
        }

        return responses;
    }

    private static string Number(int status) => status.ToString(CultureInfo.InvariantCulture);

    // A route may constrain a parameter: {runId:alpha}.
    [GeneratedRegex(@"\{(?<name>[A-Za-z]+)(:[^}]*)?\??\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RouteConstraint();

    [GeneratedRegex(@"\{(?<name>[A-Za-z]+)\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex RouteParameter();
}
