using LocalHost.Functions;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Tests.Functions;

public sealed class FunctionCatalogTests
{
    [Fact]
    public void Functions_are_found_by_trigger()
    {
        FunctionCatalog catalog = FunctionCatalog.From([typeof(SampleFunctions)]);

        Assert.NotNull(catalog.Find("greet", TriggerKind.Orchestration));
        Assert.NotNull(catalog.Find("Compose", TriggerKind.Activity));
        Assert.Null(catalog.Find("Compose", TriggerKind.Orchestration));
        Assert.Equal(["Tick"], catalog.OfKind(TriggerKind.Timer).Select(function => function.Name));
    }

    [Fact]
    public void Metadata_names_bindings_as_the_worker_does()
    {
        FunctionDefinition definition = FunctionCatalog.From([typeof(SampleFunctions)]).Find("Start", TriggerKind.Http)!.Definition;

        Assert.Equal("httpTrigger", definition.InputBindings["request"].Type);
        Assert.Equal("durableClient", definition.InputBindings["client"].Type);
        Assert.Equal("http", definition.OutputBindings["$return"].Type);
        Assert.EndsWith("SampleFunctions.StartAsync", definition.EntryPoint, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_functions_of_one_name_are_refused()
    {
        Assert.Throws<InvalidOperationException>(() => FunctionCatalog.From([typeof(SampleFunctions), typeof(Duplicate)]));
    }

    [Fact]
    public void A_function_without_a_trigger_is_refused()
    {
        Assert.Throws<InvalidOperationException>(() => FunctionCatalog.From([typeof(Untriggered)]));
    }

    public static class Duplicate
    {
        [Function("START")]
        public static string Start([ActivityTrigger] string input) => input;
    }

    public static class Untriggered
    {
        [Function("Untriggered")]
        public static string Run(string input) => input;
    }
}
