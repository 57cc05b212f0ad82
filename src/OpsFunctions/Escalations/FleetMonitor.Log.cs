using Microsoft.Extensions.Logging;

namespace OpsFunctions.Escalations;

public sealed partial class FleetMonitor
{
    [LoggerMessage(EventName = "FleetUnreachable", Level = LogLevel.Critical, Message = "{Failing} of {Live} live runs cannot be polled, most of them with {Code}: the manager suspects itself")]
    private static partial void Suspected(ILogger logger, int failing, int live, string? code);

    [LoggerMessage(EventName = "FleetRecovered", Level = LogLevel.Warning, Message = "{Failing} of {Live} live runs cannot be polled: the manager no longer suspects itself")]
    private static partial void Recovered(ILogger logger, int failing, int live);

    [LoggerMessage(Level = LogLevel.Error, Message = "Whether the fleet as a whole fails could not be stored")]
    private static partial void JudgementLost(ILogger logger, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether the fleet as a whole fails could not be read; it is taken not to")]
    private static partial void JudgementUnread(ILogger logger, Exception exception);
}
