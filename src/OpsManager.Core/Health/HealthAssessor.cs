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
    private const string RateLimitWait = "rate_limit_wait";
    private const string UsageWait = "usage_wait";

    // What the runtime itself allows: the wait for a usage quota ends after two hours, three rate-limit waits after six.
    private static readonly TimeSpan UsageWaitLimit = TimeSpan.FromHours(2);
    private static readonly TimeSpan RateLimitWaitLimit = TimeSpan.FromHours(6);

    // A role that reached its limit is ended and logged within seconds; gates follow.
    private static readonly TimeSpan RoleSlack = TimeSpan.FromSeconds(60);

    // No role is given longer; a larger number in a log is a mistake.
    private static readonly TimeSpan LongestRole = TimeSpan.FromDays(7);

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

        if (ExpectsWork(run) && observation.SpriteTime is { } spriteTime)
        {
            AddStaleBeat(reasons, run, spriteTime, observation.Runtime, now);
        }

        if (CirclingOf(run) is { } circle)
        {
            Add(reasons, before, HealthCodes.Circling, circle.Severity, now, circle.Detail, run.Circling!.Since);
        }

        if (run.Divergence.Count > 0)
        {
            Add(reasons, before, HealthCodes.Divergence, HealthVerdict.Degraded, now, $"Contradictions: {string.Join(", ", run.Divergence)}.");
        }

        return Report(
            Alive(before.Alive, process, now),
            Moving(before.Moving, run, stall, now),
            Circling(before.Circling, run, now),
            reasons) with
        {
            Waits = Waits(run, before, observation.Runtime.Activity, now),
        };
    }

    /// <summary>One reason for both signs of life in the sprite: the older one is the evidence.</summary>
    private static void AddStaleBeat(List<HealthReason> reasons, LoopRun run, DateTimeOffset spriteTime, RuntimeFacts runtime, DateTimeOffset now)
    {
        var (heartbeat, beat) = (spriteTime - runtime.HeartbeatAt, spriteTime - runtime.AdapterBeatAt);
        var (age, what) = beat is null || heartbeat >= beat ? (heartbeat, "The runtime's heartbeat") : (beat, "The last look of the adapter's watch, which keeps the sprite awake,");
        var limit = age >= run.Policy.HeartbeatCritical ? run.Policy.HeartbeatCritical : run.Policy.HeartbeatDegraded;
        if (age >= limit)
        {
            var severity = age >= run.Policy.HeartbeatCritical ? HealthVerdict.Critical : HealthVerdict.Degraded;
            Add(reasons, run.Health, HealthCodes.HeartbeatStale, severity, now, $"{what} is older than {Seconds(limit)}.");
        }
    }

    /// <summary>Health after a failed poll. What was known of the runtime stays as it was; only reaching it is judged.</summary>
    public static HealthReport PollFailed(LoopRun run, PollFailure failure, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(failure);
        var before = run.Health;
        var severity = TransportSeverity(run, failure, now);

        // An outage that shows itself now as a time-out and now as a refusal is one alarm, not one per poll.
        if (severity == HealthVerdict.Healthy || before.Reasons.Any(reason => !HealthCodes.OfRuntime.Contains(reason.Code, StringComparer.Ordinal) && reason.Severity >= severity))
        {
            return before;
        }

        var reasons = before.Reasons.Where(static reason => HealthCodes.OfRuntime.Contains(reason.Code, StringComparer.Ordinal)).ToList();
        var streak = severity == HealthVerdict.Critical ? run.Policy.TransportCriticalStreak : run.Policy.TransportDegradedStreak;
        Add(
            reasons,
            before,
            failure.Code,
            severity,
            now,
            string.Create(CultureInfo.InvariantCulture, $"{streak} or more failed polls in a row, for longer than {Seconds(run.Policy.TransportMinimum)}."),
            failure.Since);
        return Report(Keep(before.Alive, "unknown", "The adapter cannot be asked.", now), before.Moving, before.Circling, reasons) with { Waits = before.Waits };
    }

    /// <summary>How long the role in flight may take until it is ended and logged; null when there is none, or nothing names its limit.</summary>
    internal static TimeSpan? RoleLimit(LoopRun run) => run.Evidence is { Role: not null, RoleTimeoutSeconds: { } seconds }
        ? TimeSpan.FromSeconds(Math.Min(seconds, LongestRole.TotalSeconds)) + RoleSlack
        : null;

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

        var age = now - LastSign(run);
        var allowed = AllowedSilence(run, activity);
        var degraded = Max(run.Policy.StallDegraded, allowed);
        var critical = Max(run.Policy.StallCritical, allowed);
        return age >= critical ? new Stall(HealthVerdict.Critical, critical)
            : age >= degraded ? new Stall(HealthVerdict.Degraded, degraded)
            : new Stall(HealthVerdict.Healthy, degraded);
    }

    // Entering the state is a sign as well: a resume, or the start of an attempt, begins anew.
    private static DateTimeOffset LastSign(LoopRun run) =>
        new[] { run.Lifecycle.Since, run.Evidence.LastReceivedAt ?? run.Lifecycle.Since, run.RoleOutput?.At ?? run.Lifecycle.Since }.Max();

    private static ValueList<RecognisedWait> Waits(LoopRun run, HealthReport before, ActivityInFlight? activity, DateTimeOffset now)
    {
        if (!ExpectsWork(run))
        {
            return [];
        }

        RecognisedWait? wait = null;
        var age = now - LastSign(run);
        if (activity is { Kind: RateLimitWait } && age < AllowedSilence(run, activity))
        {
            wait = new RecognisedWait(HealthCodes.RateLimitWait, now, activity.Until, "The runtime sits out a rate limit.");
        }
        else if (IsUsageWait(run, activity) && age < AllowedSilence(run, activity))
        {
            wait = new RecognisedWait(HealthCodes.UsageLimitWait, now, activity?.Until, "The runtime sits out a usage quota.");
        }
        else if (run.Evidence.Role is { } role && age >= run.Policy.StallDegraded && AllowedSilence(run, activity) is var allowed && allowed > run.Policy.StallDegraded && age < allowed)
        {
            wait = new RecognisedWait(HealthCodes.LongRole, now, activity?.Until, $"Role {role.Role} may be silent for {Seconds(allowed)}.");
        }

        if (wait is null)
        {
            return [];
        }

        return before.Waits.FirstOrDefault(known => known.Code == wait.Code) is { } earlier ? [wait with { Since = earlier.Since }] : [wait];
    }

    private static (HealthVerdict Severity, string Detail)? CirclingOf(LoopRun run)
    {
        if (!ExpectsWork(run) || run.Circling is not { } memory || run.Policy.StuckDegraded is null)
        {
            return null;
        }

        var unchanged = memory.Unchanged ?? 0;
        var (streak, what) = unchanged >= memory.SameFailures
            ? (unchanged, "left HEAD, work tree and checklists unchanged")
            : (memory.SameFailures, "ended with the same failing tests");
        var (severity, limit) = run.Policy.StuckCritical is { } critical && streak >= critical ? (HealthVerdict.Critical, critical)
            : streak >= run.Policy.StuckDegraded ? (HealthVerdict.Degraded, run.Policy.StuckDegraded.Value)
            : (HealthVerdict.Healthy, 0);
        return severity == HealthVerdict.Healthy
            ? null
            : (severity, string.Create(CultureInfo.InvariantCulture, $"{limit} or more iterations in a row {what}."));
    }

    private static HealthSignal Circling(HealthSignal before, LoopRun run, DateTimeOffset now) => run.Circling switch
    {
        null => Keep(before, "unknown", "The endpoint does not say what changes from iteration to iteration.", now),
        { Unchanged: null, SameFailures: 0 } => Keep(before, "unknown", "No iteration has passed between two looks, or the endpoint does not say enough.", now),
        { Unchanged: null or 0, SameFailures: 0 } => Keep(before, "no", "The last iteration changed HEAD, the work tree or a checklist.", now),
        var memory => Keep(
            before,
            "yes",
            string.Create(CultureInfo.InvariantCulture, $"Iterations in a row without a change: {memory.Unchanged ?? 0}; with the same failing tests: {memory.SameFailures}."),
            now),
    };

    // How long silence is explained by what the runtime is known to do.
    private static TimeSpan AllowedSilence(LoopRun run, ActivityInFlight? activity)
    {
        if (activity is { Kind: RateLimitWait })
        {
            return RateLimitWaitLimit + RoleSlack;
        }

        var allowed = Max(IsUsageWait(run, activity) ? UsageWaitLimit + RoleSlack : TimeSpan.Zero, RoleLimit(run) ?? TimeSpan.Zero);
        if (activity is { Since: { } start, Until: { } end } && end > start)
        {
            var planned = end - start;
            allowed = Max(allowed, (planned < LongestRole ? planned : LongestRole) + RoleSlack);
        }

        return allowed;
    }

    // The log says when a wait for usage begins and not when it ends: who looks at the runtime knows better.
    private static bool IsUsageWait(LoopRun run, ActivityInFlight? activity) => activity is null ? run.Evidence.UsageLimitBlocked : activity.Kind == UsageWait;

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
