using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using OpsFunctions.Problems;
using OpsManager.Storage;

namespace OpsFunctions.Middleware;

/// <summary>Turns what a function throws into a problem answer that gives nothing away.</summary>
/// <param name="logger">Logger.</param>
public sealed partial class ProblemMiddleware(ILogger<ProblemMiddleware> logger) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        // Registered for HTTP triggers only.
        var http = context.GetHttpContext()!;
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; there is nobody to answer.
        }
        catch (Exception exception) when (!http.Response.HasStarted)
        {
            // The worker may wrap what the function threw.
            var cause = exception is AggregateException { InnerExceptions.Count: 1 } aggregate ? aggregate.InnerException! : exception;
            var problem = Classify(cause);
            RequestFailed(logger, cause, context.FunctionDefinition.Name, problem.Code, RequestTrace.IdOf(http));
            await new ProblemResult(problem).ExecuteAsync(http);
        }
    }

    private static ApiProblem Classify(Exception exception) => exception switch
    {
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            ApiProblem.Of(ProblemKinds.BodyTooLarge, "The server refused the length of the body."),
        BadHttpRequestException =>
            ApiProblem.Of(ProblemKinds.MalformedJson, "The body could not be read to its end."),
        StorageUnavailableException =>
            ApiProblem.Of(ProblemKinds.StoreUnavailable, "The store did not answer in time; nothing is lost. Ask again.") with { RetryAfterSeconds = 2 },
        _ => ApiProblem.Of(ProblemKinds.InternalError, "The cause is in the manager's log under this trace id."),
    };
}
