using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Runs;

/// <summary>
/// What an engine's instance shows of its run: small, flat, and far below the 16 KB that the engine allows. It says how the engine
/// sees the run; the run itself is in the store.
/// </summary>
public sealed record InstanceStatus
{
    // The one text in it whose length others decide.
    private const int ReasonLimit = 128;

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>Lifecycle state.</summary>
    public required LifecycleState State { get; init; }

    /// <summary>Reason code of the state.</summary>
    public string? Reason { get; init; }

    /// <summary>Health verdict.</summary>
    public required HealthVerdict Health { get; init; }

    /// <summary>Number of the current attempt; 0 before the first.</summary>
    public int Attempt { get; init; }

    /// <summary>Iteration of the current attempt.</summary>
    public long Iteration { get; init; }

    /// <summary>Iterations started in all attempts.</summary>
    public long TotalIterations { get; init; }

    /// <summary>What the run waits for, as a code.</summary>
    public string? WaitingFor { get; init; }

    /// <summary>When the next poll is due; null when none is.</summary>
    public DateTimeOffset? NextPollAt { get; init; }

    /// <summary>The status of a run.</summary>
    public static InstanceStatus Of(LoopRun run, DateTimeOffset? nextPollAt)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new InstanceStatus
        {
            RunId = run.Spec.RunId.ToString(),
            State = run.Lifecycle.State,
            Reason = LenientJson.Bounded(run.Lifecycle.Reason, ReasonLimit),
            Health = run.Health.Verdict,
            Attempt = run.Evidence.Attempts.Count,
            Iteration = run.Evidence.Iteration,
            TotalIterations = run.Evidence.TotalIterations,
            WaitingFor = run.WaitingFor(),
            NextPollAt = run.Lifecycle.State.IsTerminal() ? null : nextPollAt,
        };
    }
}
