using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;

namespace OpsFunctions.Http;

public sealed partial class NudgeFunctions
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "A nudge of run {RunId} did not reach its engine, trace {TraceId}")]
    private static partial void NudgeLost(ILogger logger, Exception exception, RunId runId, string traceId);
}
