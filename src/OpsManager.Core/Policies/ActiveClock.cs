using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Policies;

/// <summary>
/// How long a run has been at work. It is written only when counting starts or stops, so that a quiet poll changes nothing.
/// </summary>
/// <param name="Before">Time at work until counting last stopped.</param>
/// <param name="Since">When counting last started, on the manager's clock; null while it is stopped.</param>
public sealed record ActiveClock(TimeSpan Before, DateTimeOffset? Since)
{
    /// <summary>When counting last stopped, on the manager's clock; null while it counts, and where nobody noted it.</summary>
    public DateTimeOffset? StoppedAt { get; init; }

    /// <summary>Not counted yet.</summary>
    public static ActiveClock Zero { get; } = new(TimeSpan.Zero, null);

    /// <summary>
    /// The run with its clock as it now has to stand: it counts while the runtime works, and not while a person, a pause or a limit
    /// that others set holds the run.
    /// </summary>
    /// <param name="run">The run as decided, with its health.</param>
    /// <param name="now">The time of the decision.</param>
    public static LoopRun Keep(LoopRun run, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        var counts = run.Lifecycle.State is LifecycleState.Starting or LifecycleState.Running or LifecycleState.Resuming
            && !run.Health.Waits.Any(static wait => wait.IsIdle);
        return counts == run.Active.Since.HasValue ? run
            : counts ? run with { Active = new ActiveClock(run.Active.Before, now) }
            : run with { Active = new ActiveClock(run.Active.At(now), null) { StoppedAt = now } };
    }

    /// <summary>The time at work.</summary>
    public TimeSpan At(DateTimeOffset now) => Before + (Since is { } since && now > since ? now - since : TimeSpan.Zero);

    /// <summary>When the time at work reaches a limit; null while it is stopped short of it.</summary>
    internal DateTimeOffset? DueAt(TimeSpan limit, DateTimeOffset now) =>
        Since is { } since ? since + (limit - Before) : Before >= limit ? (StoppedAt ?? now) - (Before - limit) : null;
}
