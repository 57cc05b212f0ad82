using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;

namespace OpsFunctions.Http;

public sealed partial class RunsFunctions
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {RunId} is stored but its orchestration was not started; the watchdog will, trace {TraceId}")]
    private static partial void StartFailed(ILogger logger, Exception exception, RunId runId, string traceId);
}
