using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Logging;
using OpsFunctions.Telemetry;

namespace OpsFunctions.Middleware;

/// <summary>Gives every HTTP request its trace id, in the logs and in the answer, and echoes the caller's request id.</summary>
/// <param name="logger">Logger.</param>
public sealed class RequestTraceMiddleware(ILogger<RequestTraceMiddleware> logger) : IFunctionsWorkerMiddleware
{
    /// <inheritdoc/>
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        // Registered for HTTP triggers only.
        var http = context.GetHttpContext()!;
        var traceParent = RequestTrace.TraceParentOf(http);
        http.Response.Headers[RequestTrace.TraceParentHeader] = traceParent;
        if (RequestTrace.RequestIdOf(http.Request) is { } requestId)
        {
            http.Response.Headers[RequestTrace.RequestIdHeader] = requestId;
        }

        var scope = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["traceId"] = RequestTrace.IdOf(http),
            ["function"] = context.FunctionDefinition.Name,
        };
        if (http.Request.RouteValues.TryGetValue("runId", out var runId) && runId is not null)
        {
            scope["runId"] = runId;
        }

        using (logger.BeginScope(scope))
        using (var span = OpsTelemetry.StartSpan($"api.{context.FunctionDefinition.Name}", ActivityKind.Internal, traceParent))
        {
            await next(context);
            if (http.Response.StatusCode >= StatusCodes.Status500InternalServerError)
            {
                span.Fail(http.Response.StatusCode.ToString());
            }
        }
    }
}
