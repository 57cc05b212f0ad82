using Microsoft.Extensions.Logging;

namespace OpsFunctions.Middleware;

public sealed partial class ProblemMiddleware
{
    [LoggerMessage(Level = LogLevel.Error, Message = "{Function} failed and was answered with {Code}, trace {TraceId}")]
    private static partial void RequestFailed(ILogger logger, Exception exception, string function, string code, string traceId);
}
