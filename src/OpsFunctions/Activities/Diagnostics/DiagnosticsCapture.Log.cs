using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;
using OpsManager.Storage.Diagnostics;

namespace OpsFunctions.Activities.Diagnostics;

public sealed partial class DiagnosticsCapture
{
    [LoggerMessage(EventName = "DiagnosticsKept", Level = LogLevel.Information, Message = "Diagnostics of run {RunId}, attempt {Attempt}, on {Cause}: {Outcome} {Code}, {Bytes} bytes, trace {TraceId}")]
    private static partial void DiagnosticsKept(ILogger logger, RunId runId, int attempt, DiagnosticsCause cause, DiagnosticsOutcome outcome, string code, int bytes, string? traceId);

    [LoggerMessage(EventName = "DiagnosticsLost", Level = LogLevel.Warning, Message = "The diagnostics of run {RunId} on {Cause} could not be kept")]
    private static partial void DiagnosticsLost(ILogger logger, Exception exception, RunId runId, DiagnosticsCause cause);
}
