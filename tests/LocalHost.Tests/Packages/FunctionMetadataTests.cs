using System.Text.Json;
using LocalHost.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Core.FunctionMetadata;
using OpsFunctions.Composition;
using OpsManager.Testing;

namespace LocalHost.Tests.Packages;

/// <summary>What the host is told of the functions, by the worker and by the file beside it, is what their attributes say.</summary>
public sealed class FunctionMetadataTests
{
    private static readonly string AppFolder = Path.GetDirectoryName(typeof(OpsFunctionsComposition).Assembly.Location)!;

    private static readonly FunctionCatalog Catalog = FunctionCatalog.From(typeof(OpsFunctionsComposition).Assembly);

    // What a function answers by; it stands for no attribute.
    private const string HttpAnswer = "http";

    [Fact]
    public void The_file_beside_the_app_tells_what_the_attributes_say()
    {
        using JsonDocument metadata = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppFolder, "functions.metadata")));

        Assert.Equal(
            Expected(),
            Sorted(metadata.RootElement.EnumerateArray().Select(function => Text(
                function.GetProperty("name").GetString()!,
                function.GetProperty("entryPoint").GetString()!,
                function.GetProperty("bindings").EnumerateArray()))));
    }

    [Fact]
    public async Task The_worker_tells_what_the_attributes_say()
    {
        Type generated = typeof(OpsFunctionsComposition).Assembly.GetTypes().Single(typeof(IFunctionMetadataProvider).IsAssignableFrom);
        IFunctionMetadataProvider provider = (IFunctionMetadataProvider)Activator.CreateInstance(generated)!;

        Assert.Equal(
            Expected(),
            Sorted((await provider.GetFunctionMetadataAsync(AppFolder)).Select(function => Text(
                function.Name!,
                function.EntryPoint!,
                function.RawBindings!.Select(binding => JsonElement.Parse(binding))))));
    }

    [Fact]
    public void Every_route_the_host_is_told_of_is_in_the_API_description_and_every_other_way_round()
    {
        using JsonDocument description = JsonDocument.Parse(File.ReadAllText(RepositoryRoot.Combine("docs", "openapi.json")));
        HashSet<string> methods = new(["get", "put", "post", "delete", "patch"], StringComparer.Ordinal);
        IEnumerable<string> described = description.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject()
                .Where(operation => methods.Contains(operation.Name))
                .Select(operation => $"{operation.Name} {path.Name} {operation.Value.GetProperty("operationId").GetString()}"));

        using JsonDocument metadata = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppFolder, "functions.metadata")));
        IEnumerable<string> told = metadata.RootElement.EnumerateArray()
            .SelectMany(function => function.GetProperty("bindings").EnumerateArray()
                .Where(binding => binding.GetProperty("type").GetString() == "httpTrigger")
                .SelectMany(binding => binding.GetProperty("methods").EnumerateArray()
                    .Select(method => $"{method.GetString()} /{binding.GetProperty("route").GetString()} {function.GetProperty("name").GetString()}")));

        Assert.Equal(Sorted(described), Sorted(told));
    }

    private static string[] Expected() => Sorted(Catalog.All.Select(function => $"{function.Name} {function.EntryPoint}: {string.Join("; ", Bindings(function).Order(StringComparer.Ordinal))}"));

    private static IEnumerable<string> Bindings(FunctionDescriptor function)
    {
        yield return function.Trigger switch
        {
            HttpTriggerAttribute http => $"httpTrigger {function.TriggerParameter} {http.AuthLevel} {string.Join(',', http.Methods!)} {http.Route}",
            TimerTriggerAttribute timer => $"timerTrigger {function.TriggerParameter} {timer.Schedule}",
            OrchestrationTriggerAttribute => $"orchestrationTrigger {function.TriggerParameter}",
            ActivityTriggerAttribute => $"activityTrigger {function.TriggerParameter}",
            _ => throw new NotSupportedException(function.Trigger.GetType().Name),
        };
        foreach (System.Reflection.ParameterInfo parameter in function.Method.GetParameters().Where(parameter => parameter.IsDefined(typeof(DurableClientAttribute), inherit: false)))
        {
            yield return $"durableClient {parameter.Name}";
        }
    }

    private static string Text(string name, string entryPoint, IEnumerable<JsonElement> bindings)
        => $"{name} {entryPoint}: {string.Join("; ", bindings.Where(binding => Member(binding, "type") != HttpAnswer).Select(Binding).Order(StringComparer.Ordinal))}";

    private static string Binding(JsonElement binding) => Member(binding, "type") switch
    {
        "httpTrigger" => $"httpTrigger {Member(binding, "name")} {Member(binding, "authLevel")} {string.Join(',', binding.GetProperty("methods").EnumerateArray().Select(method => method.GetString()))} {Member(binding, "route")}",
        "timerTrigger" => $"timerTrigger {Member(binding, "name")} {Member(binding, "schedule")}",
        { } other => $"{other} {Member(binding, "name")}",
        null => binding.GetRawText(),
    };

    private static string? Member(JsonElement binding, string name) => binding.TryGetProperty(name, out JsonElement value) ? value.GetString() : null;

    private static string[] Sorted(IEnumerable<string> lines) => [.. lines.Order(StringComparer.Ordinal)];
}
