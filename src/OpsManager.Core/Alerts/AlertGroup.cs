using OpsManager.Core.Primitives;

namespace OpsManager.Core.Alerts;

/// <summary>One cause that hit many runs: told as one. Its members are the alerts that name it. Stored.</summary>
public sealed record AlertGroup
{
    /// <summary>Names it; also its key towards sinks.</summary>
    public required string Id { get; init; }

    /// <summary>Reason code of all members.</summary>
    public required string Code { get; init; }

    /// <summary>The sinks all members were routed to when it was formed; a member that became more urgent may lead to others.</summary>
    public required ValueList<string> Sinks { get; init; }

    /// <summary>When it was formed.</summary>
    public required DateTimeOffset OpenedAt { get; init; }

    /// <summary>When a member last joined.</summary>
    public required DateTimeOffset JoinedAt { get; init; }

    /// <summary>Runs with the same cause that had been told on their own before.</summary>
    public int ToldBefore { get; init; }

    /// <summary>What sinks were told.</summary>
    public ValueList<SinkDelivery> Deliveries { get; init; } = [];

    /// <summary>What a sink was told; an empty record if nothing.</summary>
    public SinkDelivery ToldTo(string sink) => Deliveries.FirstOrDefault(delivery => delivery.Sink == sink) ?? new SinkDelivery { Sink = sink };
}
