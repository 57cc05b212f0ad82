using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;

namespace OpsFunctions.Timers;

public sealed partial class Retention
{
    [LoggerMessage(EventName = "RetentionTick", Level = LogLevel.Information, Message = "Retention: {Marked} runs marked for deletion, {Held} old ones still hold a sprite, {Instances} instances and {Blobs} blobs without a row removed, {Failures} failures")]
    private static partial void RetentionTicked(ILogger logger, int marked, int held, int instances, int blobs, int failures);

    [LoggerMessage(EventName = "PurgeOrdered", Level = LogLevel.Information, Message = "Run {RunId} ended longer ago than runs are kept ({Kept}) and is deleted")]
    private static partial void RunExpired(ILogger logger, RunId runId, TimeSpan kept);

    [LoggerMessage(EventName = "DocumentUnreadable", Level = LogLevel.Error, Message = "Run {RunId} is old enough to be deleted but cannot be read; it is passed over")]
    private static partial void RunUnreadable(ILogger logger, Exception exception, RunId runId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Retention could not look after {Part}; the next tick tries again")]
    private static partial void PartFailed(ILogger logger, Exception exception, string part);
}
