using OpsManager.Core.Escalations;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Alerts;

/// <summary>What one sink was told about an alert.</summary>
public sealed record SinkDelivery
{
    /// <summary>Name of the sink.</summary>
    public required string Sink { get; init; }

    /// <summary>What it was told last; null if nothing.</summary>
    public AlertStatus? Told { get; init; }

    /// <summary>The severity it was told.</summary>
    public EscalationSeverity? ToldSeverity { get; init; }

    /// <summary>Of a grouped alert: how many runs it was told.</summary>
    public int ToldRuns { get; init; }

    /// <summary>When it was last told that something is open.</summary>
    public DateTimeOffset? RaisedAt { get; init; }

    /// <summary>When an attempt to tell it first failed; null if none has since the last success.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>What it refused for good; null if nothing. It is not told that again.</summary>
    public AlertStatus? Parked { get; init; }

    /// <summary>Why.</summary>
    public string? ParkedCode { get; init; }

    /// <summary>A list with this record in the place of what it holds for the same sink.</summary>
    public ValueList<SinkDelivery> In(ValueList<SinkDelivery> deliveries)
    {
        ArgumentNullException.ThrowIfNull(deliveries);
        for (var i = 0; i < deliveries.Count; i++)
        {
            if (deliveries[i].Sink == Sink)
            {
                return deliveries.SetItem(i, this);
            }
        }

        return deliveries.Add(this);
    }
}
