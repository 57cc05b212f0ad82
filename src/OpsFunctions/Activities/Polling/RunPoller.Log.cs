using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;

namespace OpsFunctions.Activities.Polling;

public sealed partial class RunPoller
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Poll of run {RunId} failed: {Code}, {Streak} in a row, trace {TraceId}")]
    private static partial void PollFailed(ILogger logger, RunId runId, string code, int streak, string? traceId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log of run {RunId} changed: {Change}; read as epoch {Epoch} from line {Line}, trace {TraceId}")]
    private static partial void LogChanged(ILogger logger, RunId runId, string change, int epoch, long line, string? traceId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The evidence of run {RunId} is not what its stored events say: {Differences} differ; it is made anew, trace {TraceId}")]
    private static partial void EvidenceDiffers(ILogger logger, RunId runId, string differences, string? traceId);

    [LoggerMessage(Level = LogLevel.Information, Message = "Generation {Generation} of run {RunId} is not its engine; that is {Current}, trace {TraceId}")]
    private static partial void EngineFenced(ILogger logger, RunId runId, int generation, int? current, string? traceId);
}
