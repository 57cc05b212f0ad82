using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace LocalHost.Functions;

/// <summary>One method with a <see cref="FunctionAttribute"/>.</summary>
internal sealed record FunctionDescriptor(string Name, MethodInfo Method, TriggerKind Kind, TriggerBindingAttribute Trigger, string TriggerParameter)
{
    public string EntryPoint => $"{Method.DeclaringType!.FullName}.{Method.Name}";

    public LocalFunctionDefinition Definition { get; } = new(Name, Method);
}
