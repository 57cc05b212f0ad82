using Microsoft.Extensions.Logging;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;

namespace OpsFunctions.Orchestrations;

public sealed partial class Engine
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Run {RunId}: {From} -> {To} ({Reason}) by rule {Rule}, operation {Operation}, trace {TraceId}")]
    private static partial void Decided(ILogger logger, RunId runId, LifecycleState? from, LifecycleState to, string reason, string rule, string operation, string? traceId);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Generation {Generation} of run {RunId} was woken before cycle {Cycle} was due, trace {TraceId}")]
    private static partial void EngineWoken(ILogger logger, RunId runId, int generation, long cycle, string? traceId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId}, generation {Generation}, cycle {Cycle}: {Activity} failed with {ErrorType}: {ErrorMessage}, trace {TraceId}")]
    private static partial void CycleFailed(ILogger logger, RunId runId, int generation, long cycle, string activity, string errorType, string errorMessage, string? traceId);
}
