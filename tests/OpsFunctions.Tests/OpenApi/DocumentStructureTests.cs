using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.OpenApi.Reader;
using OpsFunctions.OpenApi;
using OpsManager.Contract;
using Document = Microsoft.OpenApi.OpenApiDocument;

namespace OpsFunctions.Tests.OpenApi;

public sealed class DocumentStructureTests
{
    [Fact]
    public async Task A_reader_of_OpenAPI_finds_nothing_wrong()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(OpenApiDocument.Current.ToJsonString()));

        var result = await Document.LoadAsync(stream, "json", new OpenApiReaderSettings());

        Assert.Empty(result.Diagnostic!.Errors.Select(error => error.ToString()));
        Assert.Empty(result.Diagnostic.Warnings.Select(warning => warning.ToString()));
        Assert.Equal(OpenApiDocument.Current["paths"]!.AsObject().Count, result.Document!.Paths.Count);
    }

    [Fact]
    public void Operations_have_names_of_their_own_and_path_parameters_are_declared()
    {
        var names = new List<string>();
        foreach (var (path, operations) in OpenApiDocument.Current["paths"]!.AsObject())
        {
            foreach (var (_, operation) in operations!.AsObject())
            {
                names.Add(operation!["operationId"]!.GetValue<string>());
                var declared = operation["parameters"]!.AsArray().Where(parameter => parameter!["in"]?.GetValue<string>() == "path").Select(parameter => parameter!["name"]!.GetValue<string>());
                Assert.Equal(path.Split('/').Where(part => part.StartsWith('{')).Select(part => part.Trim('{', '}')), declared);
            }
        }

        Assert.Equal(names.Count, names.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Every_operation_needs_a_key_and_says_what_happens_without()
    {
        Assert.Equal(["functionKey", "functionKeyQuery"], OpenApiDocument.Current["security"]!.AsArray().Select(scheme => scheme!.AsObject().Single().Key));
        Assert.All(
            OpenApiDocument.Current["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()),
            operation => Assert.NotNull(operation.Value!["responses"]!["401"]));
    }

    [Fact]
    public void The_schemas_of_the_contract_are_in_it()
    {
        foreach (var file in ContractSchemas.Names)
        {
            var contract = JsonNode.Parse(ContractSchemas.GetText(file))!;
            var component = OpenApiDocument.Current["components"]!["schemas"]![file.Split('.')[0]]!;

            Assert.Equal(contract["properties"]!.AsObject().Select(member => member.Key), component["properties"]!.AsObject().Select(member => member.Key));
            Assert.DoesNotContain("$defs", component.ToJsonString(JsonSerializerOptions.Default), StringComparison.Ordinal);
        }
    }
}
