using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace LocalHost.Functions;

internal sealed class LocalFunctionDefinition : FunctionDefinition
{
    public LocalFunctionDefinition(string name, MethodInfo method)
    {
        Name = name;
        Id = name;
        PathToAssembly = method.Module.FullyQualifiedName;
        EntryPoint = $"{method.DeclaringType!.FullName}.{method.Name}";
        Parameters = [.. method.GetParameters().Select(parameter => new FunctionParameter(parameter.Name!, parameter.ParameterType))];
        InputBindings = method.GetParameters()
            .Select(parameter => (parameter.Name, Binding: parameter.GetCustomAttribute<BindingAttribute>()))
            .Where(candidate => candidate.Binding is not null)
            .ToImmutableDictionary(
                candidate => candidate.Name!,
                candidate => (BindingMetadata)new LocalBindingMetadata(candidate.Name!, TypeOf(candidate.Binding!), BindingDirection.In),
                StringComparer.Ordinal);
        OutputBindings = InputBindings.Values.Any(binding => binding.Type == "httpTrigger")
            ? ImmutableDictionary<string, BindingMetadata>.Empty.Add("$return", new LocalBindingMetadata("$return", "http", BindingDirection.Out))
            : ImmutableDictionary<string, BindingMetadata>.Empty;
    }

    public override ImmutableArray<FunctionParameter> Parameters { get; }

    public override string PathToAssembly { get; }

    public override string EntryPoint { get; }

    public override string Id { get; }

    public override string Name { get; }

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; }

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings { get; }

    /// <summary>The binding's name in function metadata: <c>HttpTriggerAttribute</c> is <c>httpTrigger</c>.</summary>
    private static string TypeOf(BindingAttribute binding)
    {
        string name = binding.GetType().Name;
        const string Suffix = "Attribute";
        name = name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
