using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;

namespace OpsFunctions.Http;

public sealed partial class EngineWaker
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "The engine of run {RunId} was not woken; its next poll or the watchdog finds what is asked, trace {TraceId}")]
    private static partial void NotWoken(ILogger logger, Exception exception, RunId runId, string? traceId);
}
