using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;

namespace OpsFunctions.Http;

public sealed partial class PolicyFunctions
{
    [LoggerMessage(Level = LogLevel.Information, Message = "The policy of run {RunId} was changed, change {Number}, trace {TraceId}")]
    private static partial void PolicyChanged(ILogger logger, RunId runId, long number, string? traceId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The changed policy of run {RunId} could not be made known; the next poll decides by it")]
    private static partial void NotMadeKnown(ILogger logger, Exception exception, RunId runId);
}
