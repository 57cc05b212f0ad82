using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace LocalHost.Tests.Functions;

public sealed class TracingMiddleware(SampleState state) : IFunctionsWorkerMiddleware
{
    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        await Task.Yield();
        string http = context.GetHttpContext() is { } httpContext ? httpContext.Request.Method : "no request";
        state.Trace.Enqueue($"first: {context.FunctionDefinition.Name}, {http}");
        await next(context);
        state.Trace.Enqueue($"after: {context.FunctionDefinition.Name}");
    }
}
