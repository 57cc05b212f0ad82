using Microsoft.Extensions.Logging;
using OpsManager.Core.Escalations;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;

namespace OpsFunctions.Telemetry;

// Alerts read the event names: renaming one means changing infra/modules/alerts.bicep with it.
public sealed partial class DecisionTelemetry
{
    [LoggerMessage(EventName = "RunFailed", Level = LogLevel.Warning, Message = "Run {RunId} failed ({Reason}) by rule {Rule}, trace {TraceId}")]
    private static partial void RunFailed(ILogger logger, RunId runId, string reason, string rule, string? traceId);

    [LoggerMessage(EventName = "RunCrashed", Level = LogLevel.Error, Message = "Run {RunId} crashed ({Reason}) by rule {Rule}, trace {TraceId}")]
    private static partial void RunCrashed(ILogger logger, RunId runId, string reason, string rule, string? traceId);

    [LoggerMessage(EventName = "RunLost", Level = LogLevel.Error, Message = "Run {RunId} is lost ({Reason}) by rule {Rule}, trace {TraceId}")]
    private static partial void RunLost(ILogger logger, RunId runId, string reason, string rule, string? traceId);

    [LoggerMessage(EventName = "RunTimedOut", Level = LogLevel.Warning, Message = "Run {RunId} timed out ({Reason}) by rule {Rule}, trace {TraceId}")]
    private static partial void RunTimedOut(ILogger logger, RunId runId, string reason, string rule, string? traceId);

    [LoggerMessage(EventName = "RunEnded", Level = LogLevel.Information, Message = "Run {RunId} ended {State} ({Reason}) by rule {Rule}, trace {TraceId}")]
    private static partial void RunEnded(ILogger logger, RunId runId, LifecycleState state, string reason, string rule, string? traceId);

    [LoggerMessage(EventName = "EscalationRaised", Level = LogLevel.Warning, Message = "Run {RunId}: escalation {Code}, severity {Severity}, trace {TraceId}")]
    private static partial void EscalationRaised(ILogger logger, RunId runId, string code, EscalationSeverity severity, string? traceId);
}
