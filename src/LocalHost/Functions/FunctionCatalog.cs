using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace LocalHost.Functions;

/// <summary>The functions of an assembly, found as the worker's generator finds them: public methods with a <see cref="FunctionAttribute"/>.</summary>
internal sealed class FunctionCatalog
{
    private readonly Dictionary<string, FunctionDescriptor> _functions = new(StringComparer.OrdinalIgnoreCase);

    private FunctionCatalog(IEnumerable<FunctionDescriptor> functions)
    {
        foreach (FunctionDescriptor function in functions)
        {
            if (!_functions.TryAdd(function.Name, function))
            {
                throw new InvalidOperationException($"There are two functions named '{function.Name}': {_functions[function.Name].EntryPoint} and {function.EntryPoint}.");
            }
        }
    }

    public IReadOnlyCollection<FunctionDescriptor> All => _functions.Values;

    public static FunctionCatalog From(Assembly assembly)
    {
        return From(assembly.GetTypes());
    }

    public static FunctionCatalog From(IEnumerable<Type> types)
    {
        return new FunctionCatalog(types
            .Where(type => type is { IsClass: true } && (!type.IsAbstract || type.IsSealed) && !type.ContainsGenericParameters)
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Select(method => (Method: method, Attribute: method.GetCustomAttribute<FunctionAttribute>()))
            .Where(candidate => candidate.Attribute is not null)
            .Select(candidate => Describe(candidate.Attribute!.Name, candidate.Method)));
    }

    public IEnumerable<FunctionDescriptor> OfKind(TriggerKind kind) => _functions.Values.Where(function => function.Kind == kind);

    public FunctionDescriptor? Find(string name, TriggerKind kind)
        => name is not null && _functions.TryGetValue(name, out FunctionDescriptor? function) && function.Kind == kind ? function : null;

    private static FunctionDescriptor Describe(string name, MethodInfo method)
    {
        List<(ParameterInfo Parameter, TriggerBindingAttribute Trigger)> triggers = method.GetParameters()
            .Select(parameter => (Parameter: parameter, Trigger: parameter.GetCustomAttribute<TriggerBindingAttribute>()))
            .Where(candidate => candidate.Trigger is not null)
            .Select(candidate => (candidate.Parameter, candidate.Trigger!))
            .ToList();
        if (triggers.Count != 1)
        {
            throw new InvalidOperationException($"The function '{name}' ({method.DeclaringType}.{method.Name}) has {triggers.Count} triggers instead of one.");
        }

        (ParameterInfo parameter, TriggerBindingAttribute trigger) = triggers[0];
        TriggerKind kind = trigger switch
        {
            HttpTriggerAttribute => TriggerKind.Http,
            TimerTriggerAttribute => TriggerKind.Timer,
            OrchestrationTriggerAttribute => TriggerKind.Orchestration,
            ActivityTriggerAttribute => TriggerKind.Activity,
            _ => throw new NotSupportedException($"The function '{name}' has a trigger that the local host does not support: {trigger.GetType().Name}."),
        };
        return new FunctionDescriptor(name, method, kind, trigger, parameter.Name!);
    }
}
