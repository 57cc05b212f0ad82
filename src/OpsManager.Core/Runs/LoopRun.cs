using OpsManager.Core.Escalations;
using OpsManager.Core.Evidence;
using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Runs;

/// <summary>The decided part of a Loop Run: what <see cref="Decisions.RunDecider"/> reads and writes, and nothing else.</summary>
public sealed record LoopRun
{
    /// <summary>What was asked for.</summary>
    public required RunSpec Spec { get; init; }

    /// <summary>Where it stands.</summary>
    public required LifecycleStatus Lifecycle { get; init; }

    /// <summary>The thresholds in force.</summary>
    public required RunPolicy Policy { get; init; }

    /// <summary>What the events up to the last decision say.</summary>
    public RunEvidence Evidence { get; init; } = RunEvidence.None;

    /// <summary>The verdict on its health.</summary>
    public HealthReport Health { get; init; } = HealthReport.Unobserved;

    /// <summary>Contradictions found; automatic control is frozen while there are any.</summary>
    public ValueList<string> Divergence { get; init; } = [];

    /// <summary>An end that one observation suggests and a second must confirm.</summary>
    public SuspectedEnd? SuspectedEnd { get; init; }

    /// <summary>Escalations that are open, by code.</summary>
    public ValueList<OpenEscalation> Escalations { get; init; } = [];

    /// <summary>Escalations resolved a short while ago, oldest first: what comes back soon is the same one again.</summary>
    public ValueList<ResolvedEscalation> RecentEscalations { get; init; } = [];

    /// <summary>Verbs the endpoint offers; null until seen or on a v1-only endpoint.</summary>
    public ValueList<string>? Capabilities { get; init; }

    /// <summary>Sprite clock minus manager clock at the last observation that changed it, in whole seconds.</summary>
    public long? ClockSkewSeconds { get; init; }

    /// <summary>Time of the last decision that changed anything, on the manager's clock. Time never runs backwards for a run.</summary>
    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>Transitions so far; the next one's number is this plus one.</summary>
    public long TransitionCount { get; init; }

    /// <summary>Escalations raised so far; the next one's number is this plus one.</summary>
    public long EscalationCount { get; init; }

    /// <summary>What earlier observations showed of the runtime's process and files, where the next one is judged by it.</summary>
    public RuntimeMemory Seen { get; init; } = RuntimeMemory.None;

    /// <summary>A run in its first state, as of its creation.</summary>
    public static LoopRun Create(RunSpec spec, RunPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new LoopRun
        {
            Spec = spec,
            Lifecycle = LifecycleStatus.Live(LifecycleState.Pending, spec.CreatedAt),
            Policy = policy,
            DecidedAt = spec.CreatedAt,
        };
    }
}
