using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace OpsFunctions.OpenApi;

/// <summary>An HTTP function as its attributes describe it.</summary>
/// <param name="Name">Name of the function.</param>
/// <param name="Methods">HTTP methods, lower case.</param>
/// <param name="Route">Route after the prefix.</param>
/// <param name="Level">Key it needs.</param>
public sealed record HttpFunction(string Name, IReadOnlyList<string> Methods, string Route, AuthorizationLevel Level)
{
    /// <summary>The HTTP functions of an assembly.</summary>
    public static IReadOnlyList<HttpFunction> In(Assembly assembly) =>
    [
        .. from type in assembly.GetExportedTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
           let function = method.GetCustomAttribute<FunctionAttribute>()
           where function is not null
           let trigger = method.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).OfType<HttpTriggerAttribute>().SingleOrDefault()
           where trigger is not null
           orderby trigger.Route, function.Name
           select new HttpFunction(
               function.Name,
               [.. (trigger.Methods ?? []).Select(name => name.ToLowerInvariant())],
               trigger.Route ?? function.Name,
               trigger.AuthLevel),
    ];
}
