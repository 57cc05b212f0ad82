using System.Globalization;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Core.Verdicts;

namespace OpsManager.Core.Health;

/// <summary>
/// Judges health. Ages are measured on the manager's clock, sprite times only against sprite times. Nothing in a report counts
/// seconds: texts name thresholds and since-times, so that a report changes only when the judgement does.
/// </summary>
public static class HealthAssessor
{
    // What the runtime itself allows: the wait for a usage quota ends after two hours, three rate-limit waits after six.
    private static readonly TimeSpan UsageWaitLimit = TimeSpan.FromHours(2);
    private static readonly TimeSpan RecognisedWaitLimit = TimeSpan.FromHours(6);

    // A role that reached its limit is ended and logged within seconds; gates follow.
    private static readonly TimeSpan RoleSlack = TimeSpan.FromSeconds(60);

    // No role is given longer; a larger number in a log is a mistake.
    private static readonly TimeSpan LongestRole = TimeSpan.FromDays(7);

    // What is said about the runtime itself; every other reason is about reaching it and ends with the next observation.
    private static readonly HashSet<string> RuntimeReasons = new(StringComparer.Ordinal)
    {
        HealthCodes.IngestStale, HealthCodes.ClockSkew, HealthCodes.HeartbeatStale, HealthCodes.Divergence,
    };

    /// <summary>Health after a poll that brought an observation.</summary>
    /// <param name="run">The run as decided on this observation, still with its former health.</param>
    /// <param name="observation">The observation.</param>
    /// <param name="process">What it says about the process.</param>
    /// <param name="now">The time of the decision.</param>
    public static HealthReport Observed(LoopRun run, Observation observation, ProcessView process, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(observation);
        ArgumentNullException.ThrowIfNull(process);
        var before = run.Health;
        var reasons = new List<HealthReason>();
        var stall = StallOf(run, observation.Runtime.Activity, now);
        if (stall is { Severity: not HealthVerdict.Healthy })
        {
            Add(reasons, before, HealthCodes.IngestStale, stall.Severity, now, $"No event for longer than the {Seconds(stall.Limit)} that are allowed now.");
        }

        if (Math.Abs(run.ClockSkewSeconds ?? 0) > run.Policy.ClockSkewLimit.TotalSeconds)
        {
            Add(reasons, before, HealthCodes.ClockSkew, HealthVerdict.Degraded, now, $"The sprite's clock is more than {Seconds(run.Policy.ClockSkewLimit)} off.");
        }

        if (ExpectsWork(run) && observation is { SpriteTime: { } spriteTime, Runtime.HeartbeatAt: { } heartbeat })
        {
            var age = spriteTime - heartbeat;
            if (age >= run.Policy.HeartbeatDegraded)
            {
                var critical = age >= run.Policy.HeartbeatCritical;
                Add(
                    reasons,
                    before,
                    HealthCodes.HeartbeatStale,
                    critical ? HealthVerdict.Critical : HealthVerdict.Degraded,
                    now,
                    $"The heartbeat is older than {Seconds(critical ? run.Policy.HeartbeatCritical : run.Policy.HeartbeatDegraded)}.");
            }
        }

        if (run.Divergence.Count > 0)
        {
            Add(reasons, before, HealthCodes.Divergence, HealthVerdict.Degraded, now, $"Contradictions: {string.Join(", ", run.Divergence)}.");
        }

        return Report(
            Alive(before.Alive, process, now),
            Moving(before.Moving, run, stall, now),
            Keep(before.Circling, "unknown", "The endpoint does not say what changes from iteration to iteration.", now),
            reasons);
    }

    /// <summary>Health after a failed poll. What was known of the runtime stays as it was; only reaching it is judged.</summary>
    public static HealthReport PollFailed(LoopRun run, PollFailure failure, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(failure);
        var before = run.Health;
        var severity = TransportSeverity(run, failure, now);

        // An outage that shows itself now as a time-out and now as a refusal is one alarm, not one per poll.
        if (severity == HealthVerdict.Healthy || before.Reasons.Any(reason => !RuntimeReasons.Contains(reason.Code) && reason.Severity >= severity))
        {
            return before;
        }

        var reasons = before.Reasons.Where(static reason => RuntimeReasons.Contains(reason.Code)).ToList();
        var streak = severity == HealthVerdict.Critical ? run.Policy.TransportCriticalStreak : run.Policy.TransportDegradedStreak;
        Add(
            reasons,
            before,
            failure.Code,
            severity,
            now,
            string.Create(CultureInfo.InvariantCulture, $"{streak} or more failed polls in a row, for longer than {Seconds(run.Policy.TransportMinimum)}."),
            failure.Since);
        return Report(Keep(before.Alive, "unknown", "The adapter cannot be asked.", now), before.Moving, before.Circling, reasons);
    }

    private static HealthVerdict TransportSeverity(LoopRun run, PollFailure failure, DateTimeOffset now)
    {
        // An adapter does not know a loop that was never run; that is what pending means.
        if (failure.Code == "loop_unknown" && run.Lifecycle.State is LifecycleState.Pending or LifecycleState.Starting)
        {
            return HealthVerdict.Healthy;
        }

        if (now - failure.Since < run.Policy.TransportMinimum)
        {
            return HealthVerdict.Healthy;
        }

        return failure.Streak >= run.Policy.TransportCriticalStreak ? HealthVerdict.Critical
            : failure.Streak >= run.Policy.TransportDegradedStreak ? HealthVerdict.Degraded
            : HealthVerdict.Healthy;
    }

    private static Stall? StallOf(LoopRun run, ActivityInFlight? activity, DateTimeOffset now)
    {
        if (!ExpectsWork(run))
        {
            return null;
        }

        var since = run.Evidence.LastReceivedAt is { } received && received > run.Lifecycle.Since ? received : run.Lifecycle.Since;
        var allowed = AllowedSilence(run, activity);
        var degraded = Max(run.Policy.StallDegraded, allowed);
        var critical = Max(run.Policy.StallCritical, allowed);
        var age = now - since;
        return age >= critical ? new Stall(HealthVerdict.Critical, critical)
            : age >= degraded ? new Stall(HealthVerdict.Degraded, degraded)
            : new Stall(HealthVerdict.Healthy, degraded);
    }

    // How long silence is explained by what the runtime is known to do.
    private static TimeSpan AllowedSilence(LoopRun run, ActivityInFlight? activity)
    {
        if (activity is { IsRecognisedWait: true })
        {
            return RecognisedWaitLimit + RoleSlack;
        }

        var allowed = run.Evidence.UsageLimitBlocked ? UsageWaitLimit + RoleSlack : TimeSpan.Zero;
        if (run.Evidence is { Role: not null, RoleTimeoutSeconds: { } seconds })
        {
            allowed = Max(allowed, TimeSpan.FromSeconds(Math.Min(seconds, LongestRole.TotalSeconds)) + RoleSlack);
        }

        if (activity is { Since: { } start, Until: { } end } && end > start)
        {
            var planned = end - start;
            allowed = Max(allowed, (planned < LongestRole ? planned : LongestRole) + RoleSlack);
        }

        return allowed;
    }

    private static bool ExpectsWork(LoopRun run) => run.Lifecycle.State is LifecycleState.Running or LifecycleState.Starting;

    private static HealthSignal Alive(HealthSignal before, ProcessView process, DateTimeOffset now) => process switch
    {
        { Status: ProcessStatus.Stopped } => Keep(before, "yes", "The leader process is there, stopped.", now),
        { Status: ProcessStatus.Alive, Source: "process" } => Keep(before, "yes", "The leader process is there.", now),
        { Status: ProcessStatus.Alive } => Keep(before, "yes", "active-run.json names this loop; a killed process would leave it behind.", now),
        { Status: ProcessStatus.Gone } => Keep(before, "no", "The leader process is gone.", now),
        _ => Keep(before, "unknown", "Nothing tells whether the leader process is there.", now),
    };

    private static HealthSignal Moving(HealthSignal before, LoopRun run, Stall? stall, DateTimeOffset now) => stall switch
    {
        null => Keep(before, "unknown", "Nothing is expected to move in this state.", now),
        { Severity: HealthVerdict.Healthy } when run.Evidence.LastReceivedAt is not null => Keep(before, "yes", $"Events come within {Seconds(stall.Limit)}.", now),
        { Severity: HealthVerdict.Healthy } => Keep(before, "unknown", "No event yet.", now),
        _ => Keep(before, "no", $"No event for longer than {Seconds(stall.Limit)}.", now),
    };

    private static HealthSignal Keep(HealthSignal before, string status, string evidence, DateTimeOffset now) =>
        before.Status == status && before.Since is not null ? before with { Evidence = evidence } : new HealthSignal(status, now, evidence);

    private static void Add(List<HealthReason> reasons, HealthReport before, string code, HealthVerdict severity, DateTimeOffset now, string detail, DateTimeOffset? since = null)
    {
        var known = before.Reasons.FirstOrDefault(reason => reason.Code == code && reason.Severity == severity);
        reasons.Add(new HealthReason(code, severity, known?.Since ?? since ?? now, detail));
    }

    private static HealthReport Report(HealthSignal alive, HealthSignal moving, HealthSignal circling, List<HealthReason> reasons) => new()
    {
        Verdict = reasons.Count == 0 ? HealthVerdict.Healthy : reasons.Max(static reason => reason.Severity),
        Alive = alive,
        Moving = moving,
        Circling = circling,
        Reasons = reasons.ToValueList(),
    };

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s");

    /// <summary>How far a run is from the silence that is allowed.</summary>
    private sealed record Stall(HealthVerdict Severity, TimeSpan Limit);
}
