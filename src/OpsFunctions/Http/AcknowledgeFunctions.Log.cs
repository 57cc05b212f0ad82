using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;

namespace OpsFunctions.Http;

public sealed partial class AcknowledgeFunctions
{
    [LoggerMessage(EventName = "EscalationAcknowledged", Level = LogLevel.Information, Message = "Run {RunId}: escalation {Number}, {Code}, was acknowledged by {By}, trace {TraceId}")]
    private static partial void Acknowledged(ILogger logger, RunId runId, long number, string code, string by, string traceId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The list is behind run {RunId} at revision {Revision}, trace {TraceId}")]
    private static partial void IndexBehind(ILogger logger, Exception exception, RunId runId, long revision, string traceId);
}
