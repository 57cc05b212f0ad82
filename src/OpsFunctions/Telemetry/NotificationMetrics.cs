using System.Diagnostics.Metrics;

namespace OpsFunctions.Telemetry;

/// <summary>Numbers of what was told to sinks.</summary>
public sealed class NotificationMetrics
{
    private readonly Counter<long> _sent;

    /// <param name="meters">Makes the meter.</param>
    public NotificationMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        _sent = meters.Create(new MeterOptions(OpsTelemetry.Name) { Version = OpsTelemetry.Version })
            .CreateCounter<long>("opsmanager.notifications.sent", "{message}", "Attempts to tell a sink.");
    }

    /// <summary>Counts an attempt.</summary>
    /// <param name="type">Type of the sink.</param>
    /// <param name="outcome">delivered, failed or refused.</param>
    public void Sent(string type, string outcome) => _sent.Add(
        1,
        new KeyValuePair<string, object?>(TelemetryTags.SinkType, type),
        new KeyValuePair<string, object?>(TelemetryTags.NotificationOutcome, outcome));
}
