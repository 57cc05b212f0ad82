using System.Globalization;
using Microsoft.AspNetCore.Http;
using OpsFunctions.Api;
using OpsFunctions.Middleware;

namespace OpsFunctions.Problems;

/// <summary>Writes a problem.</summary>
/// <param name="problem">The problem.</param>
public sealed class ProblemResult(ApiProblem problem) : IResult
{
    /// <summary>Media type of problem details.</summary>
    public const string ContentType = "application/problem+json";

    /// <summary>Header that repeats the code, for clients and logs that do not read bodies.</summary>
    public const string ErrorCodeHeader = "x-error-code";

    /// <summary>The problem.</summary>
    public ApiProblem Problem { get; } = problem;

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var complete = Problem with
        {
            Instance = Problem.Instance ?? httpContext.Request.Path.Value,
            TraceId = RequestTrace.IdOf(httpContext),
        };
        var response = httpContext.Response;
        response.StatusCode = complete.Status;
        response.Headers[ErrorCodeHeader] = complete.Code;
        response.Headers.CacheControl = "no-store";
        if (complete.RetryAfterSeconds is { } seconds)
        {
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        return ApiJson.WriteAsync(response, complete, ContentType, httpContext.RequestAborted);
    }
}
