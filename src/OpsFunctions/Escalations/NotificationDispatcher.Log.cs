using Microsoft.Extensions.Logging;
using OpsManager.Core.Alerts;
using OpsManager.Core.Runs;

namespace OpsFunctions.Escalations;

public sealed partial class NotificationDispatcher
{
    [LoggerMessage(EventName = "NotificationSent", Level = LogLevel.Information, Message = "Sink {Sink} was told that {Key} is {Status}")]
    private static partial void Sent(ILogger logger, string sink, string key, AlertStatus status);

    [LoggerMessage(EventName = "SinkFailing", Level = LogLevel.Error, Message = "Sink {Sink} fails with {Code}, {Failures} times in a row; {Pending} messages wait, next attempt at {NextAttemptAt}. {Detail}")]
    private static partial void SinkFailing(ILogger logger, string sink, string code, int failures, int pending, DateTimeOffset? nextAttemptAt, string detail);

    [LoggerMessage(EventName = "SinkRecovered", Level = LogLevel.Information, Message = "Sink {Sink} works again")]
    private static partial void SinkRecovered(ILogger logger, string sink);

    [LoggerMessage(EventName = "NotificationParked", Level = LogLevel.Error, Message = "Sink {Sink} does not want to know that {Key} is {Status}: {Code}. {Detail}")]
    private static partial void Parked(ILogger logger, string sink, string key, AlertStatus status, string code, string detail);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {RunId}: what its escalations come to could not be read")]
    private static partial void IntakeFailed(ILogger logger, Exception exception, RunId runId);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sink {Sink} threw")]
    private static partial void SinkThrew(ILogger logger, Exception exception, string sink);
}
