using OpsManager.Core.Escalations;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Alerts;

/// <summary>
/// What sinks are to be told about one reason code of one run, and what they were told. It lives from the escalation until every sink
/// knows of its end; the escalation's own row is the record. Stored.
/// </summary>
public sealed record Alert
{
    /// <summary>The run; null for the manager itself.</summary>
    public RunId? RunId { get; init; }

    /// <summary>Reason code.</summary>
    public required string Code { get; init; }

    /// <summary>How urgent it is.</summary>
    public required EscalationSeverity Severity { get; init; }

    /// <summary>Where it stands.</summary>
    public required AlertStatus Status { get; init; }

    /// <summary>Number of the run's escalation; 0 for the manager itself.</summary>
    public long Number { get; init; }

    /// <summary>How often it was raised.</summary>
    public int Count { get; init; } = 1;

    /// <summary>What happened, in words.</summary>
    public required string Detail { get; init; }

    /// <summary>When it was raised first.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it was resolved; null unless it is.</summary>
    public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Who takes care of it.</summary>
    public Acknowledgement? Acknowledgement { get; init; }

    /// <summary>The loop; null for the manager itself.</summary>
    public LoopId? LoopId { get; init; }

    /// <summary>The sprite; null for the manager itself.</summary>
    public SpriteName? Sprite { get; init; }

    /// <summary>The run's workspace.</summary>
    public string? Workspace { get; init; }

    /// <summary>The run's labels.</summary>
    public ValueList<RunLabel> Labels { get; init; } = [];

    /// <summary>Until when nothing is sent of the run, by its policy; null when it is sent.</summary>
    public DateTimeOffset? MutedUntil { get; init; }

    /// <summary>Revision of the run's head that this was read from: what an older one says is not news.</summary>
    public long Revision { get; init; }

    /// <summary>When the dispatcher first saw it in its present opening; others with the same cause are waited for from then on.</summary>
    public required DateTimeOffset SeenAt { get; init; }

    /// <summary>Whether it was kept back, by a silence or while the manager suspected itself: if it ends untold, its end is not told either.</summary>
    public bool WasHeld { get; init; }

    /// <summary>The grouped alert that speaks for it; null if it speaks for itself.</summary>
    public string? Group { get; init; }

    /// <summary>What sinks were told.</summary>
    public ValueList<SinkDelivery> Deliveries { get; init; } = [];

    /// <summary>What it is about.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public EscalationCategory Category => EscalationCategories.Of(Code);

    /// <summary>Names it towards sinks: the same run and reason code, the same key.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Key => KeyOf(RunId, Code);

    /// <summary>The key of a run's reason code.</summary>
    public static string KeyOf(RunId? runId, string code) => $"{runId?.ToString() ?? "manager"}:{code}";

    /// <summary>What a sink was told; an empty record if nothing.</summary>
    public SinkDelivery ToldTo(string sink) => Deliveries.FirstOrDefault(delivery => delivery.Sink == sink) ?? new SinkDelivery { Sink = sink };
}
