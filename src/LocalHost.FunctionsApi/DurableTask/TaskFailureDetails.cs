using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Microsoft.DurableTask;

public record TaskFailureDetails(string ErrorType, string ErrorMessage, string? StackTrace, TaskFailureDetails? InnerFailure, IDictionary<string, object?>? Properties)
{
    private Type? loadedExceptionType;

    public override string ToString() => $"{ErrorType}: {ErrorMessage}";

    public bool IsCausedBy<T>()
        where T : Exception
        => IsCausedBy(typeof(T));

    public bool IsCausedBy(Type targetBaseExceptionType)
    {
        ArgumentNullException.ThrowIfNull(targetBaseExceptionType);

        if (!typeof(Exception).IsAssignableFrom(targetBaseExceptionType))
        {
            throw new ArgumentException($"The type {targetBaseExceptionType} is not an exception type.", nameof(targetBaseExceptionType));
        }

        if (string.IsNullOrEmpty(ErrorType))
        {
            return false;
        }

        loadedExceptionType ??= Type.GetType(ErrorType, throwOnError: false);
        loadedExceptionType ??= targetBaseExceptionType.Assembly.GetType(ErrorType, throwOnError: false);
        loadedExceptionType ??= Assembly.GetCallingAssembly().GetType(ErrorType);

        if (loadedExceptionType is null)
        {
            List<Type> matches = AppDomain.CurrentDomain.GetAssemblies()
                .Select(assembly => assembly.GetType(ErrorType, throwOnError: false))
                .OfType<Type>()
                .ToList();
            loadedExceptionType = matches.Count switch
            {
                0 => null,
                1 => matches[0],
                _ => throw new AmbiguousMatchException($"Multiple exception types with the name '{ErrorType}' were found."),
            };
        }

        return loadedExceptionType is not null && targetBaseExceptionType.IsAssignableFrom(loadedExceptionType);
    }

    public static TaskFailureDetails FromException(Exception exception)
    {
        ArgumentNullException.ThrowIfNull(exception);
        return FromExceptionRecursive(exception);
    }

    [return: NotNullIfNotNull(nameof(failure))]
    internal static TaskFailureDetails? FromCoreFailureDetails(global::DurableTask.Core.FailureDetails? failure)
    {
        return failure is null
            ? null
            : new TaskFailureDetails(
                failure.ErrorType,
                failure.ErrorMessage,
                failure.StackTrace,
                FromCoreFailureDetails(failure.InnerFailure),
                failure.Properties);
    }

    [return: NotNullIfNotNull(nameof(exception))]
    private static TaskFailureDetails? FromExceptionRecursive(Exception? exception)
    {
        return exception switch
        {
            null => null,
            global::DurableTask.Core.Exceptions.OrchestrationException core => new TaskFailureDetails(
                core.FailureDetails?.ErrorType ?? "(unknown)",
                core.FailureDetails?.ErrorMessage ?? "(unknown)",
                core.FailureDetails?.StackTrace,
                FromCoreFailureDetails(core.FailureDetails?.InnerFailure) ?? FromExceptionRecursive(core.InnerException),
                core.FailureDetails?.Properties),
            _ => new TaskFailureDetails(
                exception.GetType().ToString(),
                exception.Message,
                exception.StackTrace,
                FromExceptionRecursive(exception.InnerException),
                null),
        };
    }
}
