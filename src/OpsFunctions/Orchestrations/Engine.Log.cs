using Microsoft.Extensions.Logging;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;

namespace OpsFunctions.Orchestrations;

public sealed partial class Engine
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Run {RunId}: {From} -> {To} ({Reason}) by rule {Rule}, operation {Operation}")]
    private static partial void Decided(ILogger logger, RunId runId, LifecycleState? from, LifecycleState to, string? reason, string rule, string operation);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Generation {Generation} of run {RunId} was woken before cycle {Cycle} was due")]
    private static partial void EngineWoken(ILogger logger, RunId runId, int generation, long cycle);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId}, generation {Generation}, cycle {Cycle}: {Activity} failed with {ErrorType}: {ErrorMessage}")]
    private static partial void CycleFailed(ILogger logger, RunId runId, int generation, long cycle, string activity, string errorType, string errorMessage);
}
