using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using OpsFunctions.Composition;
using OpsFunctions.Tests.Support;

namespace OpsFunctions.Tests.Composition;

public sealed class CompositionTests
{
    [Fact]
    public void Every_function_class_can_be_made()
    {
        // The fixture validates the composition root itself when it builds.
        using var app = new AppFixture();
        var provider = app.Get<IServiceProvider>();
        var types = typeof(OpsFunctionsComposition).Assembly.GetExportedTypes()
            .Where(type => type is { IsAbstract: false } && type.GetMethods().Any(method => method.GetCustomAttribute<FunctionAttribute>() is not null))
            .ToArray();

        Assert.NotEmpty(types);
        Assert.All(types, type => Assert.NotNull(ActivatorUtilities.CreateInstance(provider, type)));
    }

    [Fact]
    public void Function_names_are_unique()
    {
        var names = typeof(OpsFunctionsComposition).Assembly.GetExportedTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Select(method => method.GetCustomAttribute<FunctionAttribute>()?.Name)
            .OfType<string>()
            .ToArray();

        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public void The_host_file_stands_beside_the_app() =>
        Assert.True(File.Exists(Path.Combine(AppContext.BaseDirectory, "host.json")));
}
