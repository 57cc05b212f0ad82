using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Azure.Functions.Worker;
using Microsoft.OpenApi.Reader;
using OpsFunctions.Api;
using OpsFunctions.Composition;
using OpsFunctions.Http;
using OpsFunctions.OpenApi;
using OpsFunctions.Problems;
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
    public void What_takes_the_master_key_says_so_and_names_no_other()
    {
        foreach (var function in HttpFunction.In(typeof(OpsFunctionsComposition).Assembly))
        {
            var schemes = Operation(function.Name)["security"]?.AsArray().Select(scheme => scheme!.AsObject().Single().Key);
            Assert.Equal(function.Level == AuthorizationLevel.Admin ? ["masterKey"] : null, schemes);
        }

        Assert.NotNull(OpenApiDocument.Current["components"]!["securitySchemes"]!["masterKey"]);
    }

    [Fact]
    public void What_is_refused_without_a_header_requires_it()
    {
        foreach (var operation in ApiOperations.All)
        {
            var required = Parameters(operation.Function)
                .Where(parameter => parameter["in"]?.GetValue<string>() == "header" && parameter["required"]?.GetValue<bool>() == true)
                .Select(parameter => parameter["name"]!.GetValue<string>());
            Assert.Equal(operation.AllProblems.Contains(ProblemKinds.PreconditionRequired) ? ["If-Match"] : [], required);
        }
    }

    [Fact]
    public void Whoever_may_give_a_name_may_be_told_that_it_is_none()
    {
        var named = ApiOperations.All.Where(operation => Parameters(operation.Function).Any(parameter => parameter["name"]?.GetValue<string>() == Callers.Header)).ToArray();

        Assert.Contains(named, operation => operation.Function == "DeleteSilence");
        Assert.All(named, operation => Assert.Contains(
            ProblemKinds.InvalidField.Code,
            Operation(operation.Function)["responses"]!["400"]!["headers"]!["x-error-code"]!["schema"]!["enum"]!.AsArray().Select(code => code!.GetValue<string>())));
    }

    [Fact]
    public void The_description_of_the_audit_trail_names_every_kind_of_entry()
    {
        var description = Operation("ListAudit")["description"]!.GetValue<string>();

        Assert.All(Enum.GetValues<AuditKind>(), kind => Assert.Contains($"`{QueryReader.WordOf(kind)}`", description, StringComparison.Ordinal));
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

    private static JsonObject Operation(string function) =>
        OpenApiDocument.Current["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject())
            .Select(operation => operation.Value!.AsObject())
            .Single(operation => operation["operationId"]!.GetValue<string>() == function);

    private static IEnumerable<JsonObject> Parameters(string function) => Operation(function)["parameters"]!.AsArray().Select(parameter => parameter!.AsObject());
}
