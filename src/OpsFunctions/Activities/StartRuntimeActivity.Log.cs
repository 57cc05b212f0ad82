using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;

namespace OpsFunctions.Activities;

public sealed partial class StartRuntimeActivity
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "What became of the launch of run {RunId}, attempt {Attempt}, is unknown ({Code}); it is asked again, trace {TraceId}")]
    private static partial void OutcomeUnknown(ILogger logger, RunId runId, int attempt, string code, string? traceId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {RunId}, attempt {Attempt}, cannot be launched yet ({Code}); it is asked again, trace {TraceId}")]
    private static partial void NotYet(ILogger logger, RunId runId, int attempt, string code, string? traceId);
}
