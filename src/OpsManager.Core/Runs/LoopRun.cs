using OpsManager.Core.Divergence;
using OpsManager.Core.Escalations;
using OpsManager.Core.Evidence;
using OpsManager.Core.Health;
using OpsManager.Core.Intents;
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

    /// <summary>How long it has been at work.</summary>
    public ActiveClock Active { get; init; } = ActiveClock.Zero;

    /// <summary>The verdict on its health.</summary>
    public HealthReport Health { get; init; } = HealthReport.Unobserved;

    /// <summary>Contradictions found; automatic control is frozen while there are any.</summary>
    public ValueList<string> Divergence { get; init; } = [];

    /// <summary>Since when automatic control is frozen, and why; null while it is not.</summary>
    public ControlFreeze? Freeze { get; init; }

    /// <summary>What is known of going in circles; null before an adapter that tells was seen.</summary>
    public CirclingMemory? Circling { get; init; }

    /// <summary>The growth of the log of the role at work; null when no adapter tells it.</summary>
    public RoleOutput? RoleOutput { get; init; }

    /// <summary>An end that one observation suggests and a second must confirm.</summary>
    public SuspectedEnd? SuspectedEnd { get; init; }

    /// <summary>Escalations that are open, by code.</summary>
    public ValueList<OpenEscalation> Escalations { get; init; } = [];

    /// <summary>Escalations resolved a short while ago, oldest first: what comes back soon is the same one again.</summary>
    public ValueList<ResolvedEscalation> RecentEscalations { get; init; } = [];

    /// <summary>Verbs the endpoint offers; null until seen or on a v1-only endpoint.</summary>
    public ValueList<string>? Capabilities { get; init; }

    /// <summary>Why the process may be looked at and not be touched, in words; null where it may.</summary>
    public string? ObserveOnly { get; init; }

    /// <summary>The repair that the runtime proposed and that waits for a person, in words; null when there is none.</summary>
    public string? PendingRecovery { get; init; }

    /// <summary>Sprite clock minus manager clock at the last observation that changed it, in whole seconds.</summary>
    public long? ClockSkewSeconds { get; init; }

    /// <summary>Time of the last decision that changed anything, on the manager's clock. Time never runs backwards for a run.</summary>
    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>Transitions so far; the next one's number is this plus one.</summary>
    public long TransitionCount { get; init; }

    /// <summary>Escalations raised so far; the next one's number is this plus one.</summary>
    public long EscalationCount { get; init; }

    /// <summary>Intents that have not found their end, in the order of acceptance.</summary>
    public ValueList<Intent> Intents { get; init; } = [];

    /// <summary>Intents so far, refused ones included; the next one's number is this plus one.</summary>
    public long IntentCount { get; init; }

    /// <summary>Policies that were acted on and are still broken: each acts once.</summary>
    public ValueList<string> ActedOn { get; init; } = [];

    /// <summary>The pause in force; null when there is none.</summary>
    public HoldMemory? Hold { get; init; }

    /// <summary>When a pause last ceased to be in force, on the manager's clock: what it held back is not late because of it. Null when none did.</summary>
    public DateTimeOffset? HoldEndedAt { get; init; }

    /// <summary>The cancel that was sent; null when none was, or it was refused.</summary>
    public CancelMemory? Cancel { get; init; }

    /// <summary>The cancel that was given up before <see cref="Cancel"/> was sent, and counts again if that one is refused; null when there is none.</summary>
    public CancelMemory? EarlierCancel { get; init; }

    /// <summary>The candidate that waits for a decision, as far as it is known by name; null when there is none.</summary>
    public Candidate? Candidate { get; init; }

    /// <summary>The decision this manager took last; null when it took none.</summary>
    public DecisionMemory? Decision { get; init; }

    /// <summary>The deciding intents that were sent about the newest candidate they were sent for, oldest first: whatever became of them, a decision that bears the id of one is its doing.</summary>
    public ValueList<DecisionMemory> DecisionsSent { get; init; } = [];

    /// <summary>Intents that ended without their effect and that nothing has made up for: at most one per verb.</summary>
    public ValueList<UnsettledIntent> Unsettled { get; init; } = [];

    /// <summary>What earlier observations showed of the runtime's process and files, where the next one is judged by it.</summary>
    public RuntimeMemory Seen { get; init; } = RuntimeMemory.None;

    /// <summary>When the watchdog last replaced the run's engine, oldest first; see <see cref="EngineReplacements"/>.</summary>
    public ValueList<DateTimeOffset> EngineReplacedAt { get; init; } = [];

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
