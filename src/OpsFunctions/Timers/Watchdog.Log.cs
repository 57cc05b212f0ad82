using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;

namespace OpsFunctions.Timers;

public sealed partial class Watchdog
{
    // Alerts read the event names WatchdogTick and EngineReplaced: renaming one means changing infra/modules/alerts.bicep with it.
    [LoggerMessage(EventName = "WatchdogTick", Level = LogLevel.Information, Message = "Watchdog: {Runs} runs, {Started} engines started, {Replaced} replaced, {Deferred} deferred, {Retired} old ones ended, {Orphans} orphans removed, {Failures} failures, on time: {OnTime}")]
    private static partial void WatchdogTicked(ILogger logger, int runs, int started, int replaced, int deferred, int retired, int orphans, int failures, bool onTime);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {RunId} had no engine; generation {Generation} was started, trace {TraceId}")]
    private static partial void EngineStarted(ILogger logger, RunId runId, int generation, string? traceId);

    [LoggerMessage(EventName = "EngineReplaced", Level = LogLevel.Error, Message = "The engine of run {RunId}, generation {Generation}, is {Status} and its poll was due at {DueAt}; it is replaced, trace {TraceId}")]
    private static partial void EngineReplaced(ILogger logger, RunId runId, int generation, OrchestrationRuntimeStatus status, DateTimeOffset? dueAt, string? traceId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The engine of run {RunId}, generation {Generation}, could not be terminated; its writes are refused from now on, trace {TraceId}")]
    private static partial void TerminateFailed(ILogger logger, Exception exception, RunId runId, int generation, string? traceId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The engine of run {RunId}, generation {Generation}, still runs beside generation {Current}; it is terminated, trace {TraceId}")]
    private static partial void OldEngineFound(ILogger logger, RunId runId, int generation, int current, string? traceId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The engine {InstanceId} of run {RunId} is suspended: the run is not observed, trace {TraceId}")]
    private static partial void SuspensionFound(ILogger logger, RunId runId, string instanceId, string? traceId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The watchdog could not look after run {RunId}")]
    private static partial void LookFailed(ILogger logger, Exception exception, RunId runId);
}
