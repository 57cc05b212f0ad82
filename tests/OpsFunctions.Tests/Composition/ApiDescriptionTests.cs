using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker;
using OpsFunctions.Composition;
using OpsFunctions.Http;
using OpsFunctions.OpenApi;
using OpsFunctions.Problems;
using OpsFunctions.Tests.Support;

namespace OpsFunctions.Tests.Composition;

public sealed class ApiDescriptionTests
{
    private static readonly IReadOnlyList<HttpFunction> Functions = HttpFunction.In(typeof(OpsFunctionsComposition).Assembly);

    [Fact]
    public void No_route_is_anonymous()
    {
        Assert.NotEmpty(Functions);
        Assert.All(Functions, function => Assert.True(function.Level is AuthorizationLevel.Function or AuthorizationLevel.Admin, function.Name));
        Assert.All(Functions, function => Assert.NotEmpty(function.Methods));
    }

    [Fact]
    public void Every_route_is_described_and_every_description_has_a_route()
    {
        var described = OpenApiDocument.Current["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(method => $"{method.Key} {path.Key}"))
            .Order(StringComparer.Ordinal);

        Assert.Equal(
            Functions.SelectMany(function => function.Methods.Select(method => $"{method} /{function.Route}")).Order(StringComparer.Ordinal),
            described);
        Assert.Equal("3.1.1", OpenApiDocument.Current["openapi"]!.GetValue<string>());
    }

    [Fact]
    public void A_missing_or_idle_description_is_an_error()
    {
        Assert.Throws<InvalidOperationException>(() => OpenApiDocument.Build(Functions, [.. ApiOperations.All.Skip(1)], ApiResources.Embedded));
        Assert.Throws<InvalidOperationException>(() => OpenApiDocument.Build([.. Functions.Skip(1)], ApiOperations.All, ApiResources.Embedded));
    }

    [Fact]
    public void Every_problem_is_described_somewhere()
    {
        var described = ApiOperations.All.SelectMany(operation => operation.AllProblems);

        Assert.Empty(ProblemKinds.ByCode.Values.Except(described));
    }

    [Fact]
    public void Every_reference_leads_somewhere()
    {
        var document = OpenApiDocument.Current;
        var references = new List<string>();
        Collect(document, references);

        Assert.NotEmpty(references);
        Assert.All(references, reference => Assert.NotNull(Resolve(document, reference)));
    }

    [Fact]
    public async Task The_descriptions_are_served()
    {
        using var app = new AppFixture();
        var openApi = app.Request("GET", "/api/openapi.json");
        var schema = app.Request("GET", "/api/contract/v1/loop_run_event");
        var unknown = app.Request("GET", "/api/contract/v1/x");

        Assert.Equal("Superloop Ops Manager", (await Answer.OfAsync(Task.FromResult(DescriptionFunctions.GetOpenApi(openApi)), openApi)).Json["info"]!["title"]!.GetValue<string>());
        Assert.NotNull((await Answer.OfAsync(DescriptionFunctions.GetContractSchemaAsync(schema, "loop_run_event"), schema)).Json["$schema"]);
        Assert.Equal("schema_not_found", (await Answer.OfAsync(DescriptionFunctions.GetContractSchemaAsync(unknown, "../x"), unknown)).Code);
    }

    private static void Collect(JsonNode? node, List<string> references)
    {
        switch (node)
        {
            case JsonObject parent:
                foreach (var (name, value) in parent)
                {
                    if (name == "$ref")
                    {
                        references.Add(value!.GetValue<string>());
                    }

                    Collect(value, references);
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    Collect(item, references);
                }

                break;
        }
    }

    private static JsonNode? Resolve(JsonNode document, string reference)
    {
        var node = document;
        foreach (var part in reference.TrimStart('#').Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            node = node?[part];
        }

        return node;
    }
}
