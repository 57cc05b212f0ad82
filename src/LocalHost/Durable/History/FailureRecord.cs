using DurableTask.Core;
using Microsoft.DurableTask;

namespace LocalHost.Durable.History;

/// <summary>A failure as text: only strings travel between activities, orchestrations and clients.</summary>
internal sealed record FailureRecord(string ErrorType, string ErrorMessage, string? StackTrace, FailureRecord? InnerFailure, bool IsNonRetriable)
{
    // A deep recursion would otherwise make a row that no table accepts.
    private const int MaxTextLength = 8 * 1024;
    private const int MaxDepth = 8;

    public static FailureRecord FromException(Exception exception, int depth = 0)
    {
        FailureRecord? inner = exception switch
        {
            TaskFailedException failed => FromDetails(failed.FailureDetails),
            { InnerException: { } cause } when depth < MaxDepth => FromException(cause, depth + 1),
            _ => null,
        };
        return new FailureRecord(
            exception.GetType().FullName ?? exception.GetType().Name,
            Shorten(exception.Message)!,
            Shorten(exception.StackTrace),
            inner,
            IsNonRetriable: false);
    }

    public FailureDetails ToCore()
        => new(ErrorType, ErrorMessage, StackTrace, InnerFailure?.ToCore(), IsNonRetriable);

    public TaskFailureDetails ToTaskFailureDetails()
        => new(ErrorType, ErrorMessage, StackTrace, InnerFailure?.ToTaskFailureDetails(), null);

    public override string ToString() => $"{ErrorType}: {ErrorMessage}";

    private static FailureRecord FromDetails(TaskFailureDetails details)
        => new(
            details.ErrorType,
            details.ErrorMessage,
            details.StackTrace,
            details.InnerFailure is { } inner ? FromDetails(inner) : null,
            IsNonRetriable: false);

    private static string? Shorten(string? text)
        => text is { Length: > MaxTextLength } ? text[..MaxTextLength] : text;
}
