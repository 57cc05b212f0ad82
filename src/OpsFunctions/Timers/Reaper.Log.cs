using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;

namespace OpsFunctions.Timers;

public sealed partial class Reaper
{
    [LoggerMessage(EventName = "ReaperTick", Level = LogLevel.Information, Message = "Reaper: {Runs} deletions, {Finished} finished, {Waiting} waiting, {Failures} failures")]
    private static partial void ReaperTicked(ILogger logger, int runs, int finished, int waiting, int failures);

    [LoggerMessage(EventName = "RunPurged", Level = LogLevel.Information, Message = "Run {RunId} is deleted")]
    private static partial void RunPurged(ILogger logger, RunId runId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Run {RunId} is not deleted after all: whoever asked for it died before the run knew")]
    private static partial void OrderForgotten(ILogger logger, RunId runId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The deletion of run {RunId}, begun at {Since}, goes on although orchestration instances of it are left")]
    private static partial void InstancesLeft(ILogger logger, RunId runId, DateTimeOffset since);

    [LoggerMessage(Level = LogLevel.Error, Message = "The deletion of run {RunId} did not get on")]
    private static partial void RemovalFailed(ILogger logger, Exception exception, RunId runId);
}
