using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using OpsFunctions.Api;
using OpsFunctions.OpenApi;
using OpsFunctions.Problems;
using OpsManager.Contract;

namespace OpsFunctions.Http;

/// <summary>The descriptions of the API and of the contract with adapters.</summary>
public static class DescriptionFunctions
{
    private const string VersionSuffix = ".v1.json";

    /// <summary>The OpenAPI document.</summary>
    [Function("GetOpenApi")]
    public static IResult GetOpenApi(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "openapi.json")] HttpRequest request) =>
        new QueryReader(request).Problem is { } wrongQuery
            ? new ProblemResult(wrongQuery)
            : new ApiResult<JsonObject> { Body = OpenApiDocument.Current };

    /// <summary>A JSON Schema of the contract, by its name with or without version and extension.</summary>
    [Function("GetContractSchema")]
    public static async Task<IResult> GetContractSchemaAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "contract/v1/{schema}")] HttpRequest request,
        string schema)
    {
        if (new QueryReader(request).Problem is { } wrongQuery)
        {
            return new ProblemResult(wrongQuery);
        }

        var stream = ContractSchemas.Open(schema) ?? ContractSchemas.Open(schema + VersionSuffix);
        if (stream is null)
        {
            var names = ContractSchemas.Names.Select(name => name.Replace(VersionSuffix, string.Empty, StringComparison.Ordinal));
            return new ProblemResult(ApiProblem.Of(ProblemKinds.SchemaNotFound, $"There are: {string.Join(", ", names)}."));
        }

        await using (stream)
        {
            var body = await JsonNode.ParseAsync(stream, cancellationToken: request.HttpContext.RequestAborted);
            return new ApiResult<JsonNode> { Body = body!, ContentType = "application/schema+json" };
        }
    }
}
