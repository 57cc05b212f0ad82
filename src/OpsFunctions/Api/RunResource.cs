using OpsManager.Core.Attention;
using OpsManager.Core.Escalations;
using OpsManager.Core.Evidence;
using OpsManager.Core.Health;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;

namespace OpsFunctions.Api;

/// <summary>A Loop Run as the API shows it.</summary>
public sealed record RunResource
{
    /// <summary>The run.</summary>
    public required RunId RunId { get; init; }

    /// <summary>Rises with every change of what a client sees, but for polling, the engine, and what time alone changes. In quotes, If-Match takes it.</summary>
    public required long Revision { get; init; }

    /// <summary>Lifecycle state.</summary>
    public required LifecycleState State { get; init; }

    /// <summary>Whether the state is an end.</summary>
    public required bool Ended { get; init; }

    /// <summary>Reason code of the state.</summary>
    public string? Reason { get; init; }

    /// <summary>When the state was entered.</summary>
    public required DateTimeOffset StateSince { get; init; }

    /// <summary>Of an ended run: whether it is proven that none of its processes lives.</summary>
    public Quiescence? Quiescent { get; init; }

    /// <summary>What proves it.</summary>
    public string? QuiescenceProof { get; init; }

    /// <summary>What an operator has to know first.</summary>
    public required OperatorAttention Attention { get; init; }

    /// <summary>Health with its evidence.</summary>
    public required HealthReport Health { get; init; }

    /// <summary>Contradictions found between what the runtime's artifacts say.</summary>
    public required IReadOnlyList<string> Divergence { get; init; }

    /// <summary>How far the manager may act by itself.</summary>
    public required ControlResource Control { get; init; }

    /// <summary>How far the work is.</summary>
    public required ProgressResource Progress { get; init; }

    /// <summary>The runtime processes of the run, oldest first.</summary>
    public required IReadOnlyList<Attempt> Attempts { get; init; }

    /// <summary>The candidate last put before a person.</summary>
    public ApprovalEvidence? Approval { get; init; }

    /// <summary>An end that one observation suggests and a second must confirm.</summary>
    public SuspectedEnd? SuspectedEnd { get; init; }

    /// <summary>How polling goes.</summary>
    public required TransportResource Transport { get; init; }

    /// <summary>Escalations that are open.</summary>
    public required IReadOnlyList<OpenEscalation> Escalations { get; init; }

    /// <summary>Intents that have not found their end, in the order in which they were asked.</summary>
    public required IReadOnlyList<IntentResource> OpenIntents { get; init; }

    /// <summary>Intents that ended without their effect and that nothing has made up for: the last one of each verb.</summary>
    public required IReadOnlyList<UnsettledIntent> Unsettled { get; init; }

    /// <summary>The pause in force.</summary>
    public HoldMemory? Hold { get; init; }

    /// <summary>The cancel that was sent.</summary>
    public CancelMemory? Cancel { get; init; }

    /// <summary>The candidate that waits for a decision: what approve and reject are about.</summary>
    public Candidate? Candidate { get; init; }

    /// <summary>What may be asked of the run now: every verb, possible or with the reason why not.</summary>
    public required IReadOnlyList<AllowedAction> AllowedActions { get; init; }

    /// <summary>How it came by its process.</summary>
    public required LaunchKind Launch { get; init; }

    /// <summary>The loop.</summary>
    public required LoopId LoopId { get; init; }

    /// <summary>The sprite.</summary>
    public required SpriteResource Sprite { get; init; }

    /// <summary>Repository path.</summary>
    public string? RepoPath { get; init; }

    /// <summary>The caller's grouping.</summary>
    public string? Workspace { get; init; }

    /// <summary>The caller's labels.</summary>
    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Name of the set of thresholds it was created with.</summary>
    public required string Profile { get; init; }

    /// <summary>The thresholds in force.</summary>
    public required RunPolicy Policy { get; init; }

    /// <summary>The run this one repeats.</summary>
    public RunId? RetryOf { get; init; }

    /// <summary>Whether the runtime is launched again once a decision was taken.</summary>
    public required bool RelaunchOnDecision { get; init; }

    /// <summary>Verbs the endpoint announces; absent on a v1-only endpoint.</summary>
    public IReadOnlyList<string>? Capabilities { get; init; }

    /// <summary>Sprite clock minus manager clock in seconds.</summary>
    public long? ClockSkewSeconds { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who asked for it.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>
    /// The trace of the run, 32 hexadecimal digits: its start, every poll and every call of the adapter are in it.
    /// </summary>
    public string? TraceId { get; init; }

    /// <summary>When a decision last changed anything.</summary>
    public required DateTimeOffset DecidedAt { get; init; }

    /// <summary>The orchestration that drives it.</summary>
    public required EngineResource Engine { get; init; }

    /// <summary>Where its parts are.</summary>
    public required IReadOnlyDictionary<string, string> Links { get; init; }
}
