using Microsoft.Extensions.Logging;

namespace OpsFunctions.Http;

public sealed partial class SilencesFunctions
{
    [LoggerMessage(EventName = "SilenceCreated", Level = LogLevel.Warning, Message = "Silence {Silence} was made by {Author} until {ExpiresAt}, trace {TraceId}")]
    private static partial void SilenceCreated(ILogger logger, string silence, string author, DateTimeOffset expiresAt, string traceId);

    [LoggerMessage(EventName = "SilenceRemoved", Level = LogLevel.Warning, Message = "Silence {Silence} was removed by {By}, trace {TraceId}")]
    private static partial void SilenceRemoved(ILogger logger, string silence, string by, string traceId);
}
