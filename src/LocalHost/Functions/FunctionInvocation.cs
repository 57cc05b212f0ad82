using System.ComponentModel;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalHost.Functions;

/// <summary>Binds a function's parameters, calls it and unwraps what it returns.</summary>
internal static class FunctionInvocation
{
    private const string TaskResultProperty = "Result";

    /// <param name="triggerValue">The trigger parameter's value; payloads are still serialised.</param>
    public static async Task<object?> CallAsync(LocalFunctionContext context, object? triggerValue, DataConverter converter, DurableTaskClient client)
    {
        MethodInfo method = context.Function.Method;
        object?[] arguments = method.GetParameters()
            .Select(parameter => Bind(context, parameter, triggerValue, converter, client))
            .ToArray();

        object? instance = method.IsStatic ? null : ActivatorUtilities.CreateInstance(context.InstanceServices, method.DeclaringType!);
        try
        {
            object? returned = method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, null);
            return await UnwrapAsync(returned, method.ReturnType);
        }
        finally
        {
            if (instance is IAsyncDisposable asyncDisposable)
            {
                await asyncDisposable.DisposeAsync();
            }
            else
            {
                (instance as IDisposable)?.Dispose();
            }
        }
    }

    private static object? Bind(LocalFunctionContext context, ParameterInfo parameter, object? triggerValue, DataConverter converter, DurableTaskClient client)
    {
        Type type = parameter.ParameterType;
        if (type == typeof(FunctionContext))
        {
            return context;
        }

        if (type == typeof(CancellationToken))
        {
            return context.CancellationToken;
        }

        if (parameter.GetCustomAttribute<DurableClientAttribute>() is not null)
        {
            return type.IsAssignableFrom(typeof(DurableTaskClient))
                ? client
                : throw Unbound(context, parameter, "a durable client binds to DurableTaskClient");
        }

        bool isTrigger = parameter.Name == context.Function.TriggerParameter;
        return context.Function.Kind switch
        {
            TriggerKind.Activity when isTrigger => Deserialize(converter, triggerValue as string, type),
            TriggerKind.Orchestration when isTrigger => triggerValue,
            TriggerKind.Orchestration when parameter.GetCustomAttribute<BindingAttribute>() is null
                => Deserialize(converter, ((Durable.Execution.LocalOrchestrationContext)triggerValue!).RawInput, type),
            TriggerKind.Timer when isTrigger => triggerValue,
            TriggerKind.Http => BindHttp(context, parameter, (HttpContext)triggerValue!),
            _ => throw Unbound(context, parameter, "nothing of that kind is available"),
        };
    }

    private static object? BindHttp(LocalFunctionContext context, ParameterInfo parameter, HttpContext httpContext)
    {
        Type type = parameter.ParameterType;
        if (type == typeof(HttpRequest))
        {
            return httpContext.Request;
        }

        if (type == typeof(HttpContext))
        {
            return httpContext;
        }

        string? text = httpContext.Request.RouteValues.TryGetValue(parameter.Name!, out object? routeValue) && routeValue is not null
            ? Convert.ToString(routeValue, System.Globalization.CultureInfo.InvariantCulture)
            : null;
        if (text is null)
        {
            if (parameter.HasDefaultValue)
            {
                return parameter.DefaultValue;
            }

            return !type.IsValueType || Nullable.GetUnderlyingType(type) is not null
                ? null
                : throw Unbound(context, parameter, "the route has no such value");
        }

        Type target = Nullable.GetUnderlyingType(type) ?? type;
        if (target == typeof(string))
        {
            return text;
        }

        try
        {
            return TypeDescriptor.GetConverter(target).ConvertFromInvariantString(text);
        }
        catch (Exception exception) when (exception is FormatException or NotSupportedException or ArgumentException)
        {
            throw new FunctionBindingException($"'{parameter.Name}' in the route is no {target.Name}.", exception);
        }
    }

    private static object? Deserialize(DataConverter converter, string? payload, Type type)
    {
        object? value = payload is null ? null : converter.Deserialize(payload, type);
        return value is null && type.IsValueType ? Activator.CreateInstance(type) : value;
    }

    private static async Task<object?> UnwrapAsync(object? returned, Type declared)
    {
        switch (returned)
        {
            case Task task:
                await task;
                return declared.IsGenericType ? declared.GetProperty(TaskResultProperty)!.GetValue(task) : null;
            case ValueTask task:
                await task;
                return null;
            default:
                if (returned is not null && declared.IsGenericType && declared.GetGenericTypeDefinition() == typeof(ValueTask<>))
                {
                    Task task = (Task)declared.GetMethod("AsTask")!.Invoke(returned, null)!;
                    await task;
                    return task.GetType().GetProperty(TaskResultProperty)!.GetValue(task);
                }

                return returned;
        }
    }

    private static FunctionBindingException Unbound(LocalFunctionContext context, ParameterInfo parameter, string reason)
        => new($"The parameter '{parameter.Name}' of the function '{context.Function.Name}' cannot be bound: {reason}.");
}
