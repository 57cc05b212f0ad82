using System.Globalization;
using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Core.Verdicts;

namespace OpsManager.Core.Intents;

/// <summary>Whether a verb is possible on a run as it stands.</summary>
internal static class IntentRules
{
    /// <summary>Open intents a run carries at most: all of them travel with every poll.</summary>
    public const int MaximumOpen = 20;

    public static AllowedAction Allow(LoopRun run, IntentVerb verb, DateTimeOffset now)
    {
        if (run.Lifecycle.State.IsTerminal())
        {
            return AllowOnEnded(run, verb);
        }

        // What nobody can reach is not waited for, whatever was asked of it before.
        if (verb == IntentVerb.DeclareLost)
        {
            return IsUnreachable(run)
                ? new AllowedAction(verb, true)
                : No(verb, IntentCodes.AdapterAnswers, "The adapter answers, or has not been silent for long enough to say that the sprite is gone.");
        }

        if (run.Intents.FirstOrDefault(open => open.Verb == verb) is { } same)
        {
            return No(verb, IntentCodes.AlreadyRequested, $"Intent {same.Id} by {same.By} asks the same and is {Word(same.Status)}.");
        }

        if (verb == IntentVerb.ForceCancel)
        {
            return AllowForce(run, now);
        }

        if (run.Intents.FirstOrDefault(static open => open.Verb.Ends()) is { } ending)
        {
            return No(verb, IntentCodes.CancelInProgress, $"Intent {ending.Id} by {ending.By} is ending the run.");
        }

        if (run.Intents.Count >= MaximumOpen)
        {
            return No(verb, IntentCodes.TooManyOpen, string.Create(CultureInfo.InvariantCulture, $"{MaximumOpen} intents are open; wait for one to end."));
        }

        return verb switch
        {
            IntentVerb.Pause => AllowPause(run),
            IntentVerb.Resume => AllowResume(run),
            IntentVerb.Cancel => AllowCancel(run),
            IntentVerb.Relaunch => AllowRelaunch(run),
            _ => AllowDecision(run, verb),
        };
    }

    /// <summary>
    /// Whether no process of the run is at work, so that a pause is nothing to ask the adapter for. A launch that was sent may have made one, also
    /// where its intent was given up.
    /// </summary>
    public static bool HasNoProcess(LoopRun run) => MayBeHeld(run, run.Health.Alive.Status == "yes") && !IsTakingUp(run) && !MayHaveLaunched(run);

    /// <summary>The same, where it was just looked: a process that was to take a decision up and is seen gone never will.</summary>
    public static bool HasNoProcess(LoopRun run, ProcessView process) =>
        MayBeHeld(run, process.IsThere) && (!IsTakingUp(run) || process is { IsGone: true, Source: not "artifacts" });

    /// <summary>
    /// Whether no process is the run's: nothing was launched for it, and it has not attached to anything. A process that is there
    /// but has logged nothing yet will be the run's in a moment.
    /// </summary>
    public static bool IsUnlaunched(LoopRun run) => HasNoAttempt(run) && run.Health.Alive.Status != "yes";

    /// <summary>Whether no process is known by name yet, so that none can be told anything.</summary>
    public static bool HasNoAttempt(LoopRun run) =>
        run is { Lifecycle.State: LifecycleState.Pending, Evidence.Attempts.Count: 0, Seen.StartRequested: false };

    /// <summary>Whether a process has begun that will take the decision up, and has not logged yet that it did.</summary>
    public static bool IsTakingUp(LoopRun run) =>
        run.Evidence is { Approval: { Consumed: false, RuntimeRunId: { } asked }, Attempts: { Count: > 1 } attempts }
        && attempts[^1] is { Cause: AttemptCause.Decision, RuntimeRunId: { } last }
        && last != asked;

    /// <summary>Whether the process that is there now was launched to take the decision up, whether it has logged anything yet or not.</summary>
    public static bool IsNewest(LoopRun run) =>
        IsTakingUp(run)
        || (run.Lifecycle.State == LifecycleState.AwaitingRelaunch
            && (run.Seen.UnloggedAttempt is not null
                || run.Intents.Any(open => open is { Verb: IntentVerb.Relaunch, Status: >= IntentStatus.Sending } && !HasBegun(run, open))));

    /// <summary>
    /// Whether a relaunch was given up without an answer and has shown nothing since. What is asked of the adapter from then on fences it off, since
    /// orders rise; so a pause is asked of it, and not concluded from a look that sees no process.
    /// </summary>
    public static bool MayHaveLaunched(LoopRun run) => run.Seen.UnansweredAttempt > Math.Max(run.Evidence.Attempts.Count, run.Seen.SpentAttempt ?? 0);

    /// <summary>Whether the log shows an attempt that it did not show when the relaunch was accepted.</summary>
    public static bool HasBegun(LoopRun run, Intent relaunch) => run.Evidence.Attempts.Count > (relaunch.AttemptsBefore ?? relaunch.Attempt - 1);

    /// <summary>The number of the next launch: past every one that is used up.</summary>
    public static int NextAttempt(LoopRun run) => Math.Max(run.Evidence.Attempts.Count, run.Seen.SpentAttempt ?? 0) + 1;

    /// <summary>
    /// The attempt of the newest process, by the number that the adapter knows it under: one that was launched, or may have been, counts
    /// before it has logged anything.
    /// </summary>
    public static int NewestAttempt(LoopRun run) => new[]
    {
        run.Evidence.Attempts.Count,
        run.Seen.SpentAttempt ?? 0,
        run.Seen.UnloggedAttempt ?? 0,
        run.Seen.UnansweredAttempt ?? 0,
        run.Intents.FirstOrDefault(static open => open is { Verb: IntentVerb.Relaunch, Status: >= IntentStatus.Sending })?.Attempt ?? 0,
    }.Max();

    private static bool IsUnreachable(LoopRun run) =>
        run.Health.Reasons.Any(static reason => !HealthCodes.OfRuntime.Contains(reason.Code, StringComparer.Ordinal));

    private static bool MayBeHeld(LoopRun run, bool isThere) =>
        !isThere
        && (run.Lifecycle.State is LifecycleState.AwaitingApproval or LifecycleState.AwaitingRelaunch || (run.Spec.Launch == LaunchKind.Start && HasNoAttempt(run)))
        && !run.Intents.Any(static open => open is { Verb: IntentVerb.Relaunch, Status: >= IntentStatus.Sending });

    private static AllowedAction AllowOnEnded(LoopRun run, IntentVerb verb)
    {
        if (verb != IntentVerb.ForceCancel)
        {
            return No(verb, IntentCodes.RunEnded, $"The run is {Word(run.Lifecycle.State)}.");
        }

        if (run.Lifecycle.Quiescence == Quiescence.Proven)
        {
            return No(verb, IntentCodes.NothingLeft, "The run has ended and nothing of it lives.");
        }

        return run.Intents.Count > 0
            ? No(verb, IntentCodes.AlreadyRequested, $"Intent {run.Intents[0].Id} asks the same.")
            : Offered(run, verb);
    }

    private static AllowedAction AllowForce(LoopRun run, DateTimeOffset now)
    {
        if (run.Cancel is not { } cancel)
        {
            return No(IntentVerb.ForceCancel, IntentCodes.CancelFirst, "Ask for cancel first; it ends a run that can end.");
        }

        var availableAt = cancel.SentAt + run.Policy.CancelGrace;
        return now < availableAt
            ? No(IntentVerb.ForceCancel, IntentCodes.GracePeriod, $"The cancel has {run.Policy.CancelGrace} to take effect.", availableAt)
            : Offered(run, IntentVerb.ForceCancel);
    }

    private static AllowedAction AllowPause(LoopRun run)
    {
        var resuming = run.Intents.Any(static open => open.Verb == IntentVerb.Resume);
        var paused = run.Hold is not null || run.Lifecycle.State is LifecycleState.Pausing or LifecycleState.Paused;
        return paused && !resuming ? No(IntentVerb.Pause, IntentCodes.AlreadyPaused, "The run is paused, or about to be.")
            : HasNoProcess(run) ? new AllowedAction(IntentVerb.Pause, true)
            : run is { Lifecycle.State: LifecycleState.Pending, Seen.StartRequested: true }
                ? No(IntentVerb.Pause, IntentCodes.StartInProgress, "The launch was asked for and is not answered yet.")
            : HasNoAttempt(run) ? No(IntentVerb.Pause, IntentCodes.NotAttached, "The run has not attached to a process yet.")
            : Offered(run, IntentVerb.Pause);
    }

    private static AllowedAction AllowResume(LoopRun run)
    {
        var pausing = run.Intents.Any(static open => open.Verb == IntentVerb.Pause);
        var stopped = run.Lifecycle.State is LifecycleState.Pausing or LifecycleState.Paused;
        return !pausing && !stopped && run.Hold is null ? No(IntentVerb.Resume, IntentCodes.NotPaused, "Nothing is paused.")
            : HasNoProcess(run) ? new AllowedAction(IntentVerb.Resume, true)
            : Offered(run, IntentVerb.Resume);
    }

    private static AllowedAction AllowCancel(LoopRun run) =>
        IsUnlaunched(run) ? new AllowedAction(IntentVerb.Cancel, true)
            : run is { Seen.Observed: true, Capabilities: null, Seen.ActiveNow: false }
                ? No(IntentVerb.Cancel, IntentCodes.NotActive, "This endpoint cancels whichever loop is active in the repository, and that is not this one.")
                : Offered(run, IntentVerb.Cancel);

    private static AllowedAction AllowRelaunch(LoopRun run) =>
        run.Lifecycle.State != LifecycleState.AwaitingRelaunch || run.SuspectedEnd is not null || (IsTakingUp(run) && run.Health.Alive.Status == "yes") ? No(IntentVerb.Relaunch, IntentCodes.NoDecision, "There is no decision for the runtime to take up.")
            : run.Hold is { } hold ? No(IntentVerb.Relaunch, IntentCodes.Paused, $"Paused by {hold.By}; resume first.")
            : run.Intents.FirstOrDefault(static open => open.Verb == IntentVerb.Pause) is { } pause
                ? No(IntentVerb.Relaunch, IntentCodes.Paused, $"Intent {pause.Id} by {pause.By} is pausing the run.")
            : Offered(run, IntentVerb.Relaunch);

    private static AllowedAction AllowDecision(LoopRun run, IntentVerb verb) =>
        run.Candidate is null ? No(verb, IntentCodes.NoCandidate, "No candidate waits for a decision.")
            : run.Intents.FirstOrDefault(static open => open.Verb.Decides()) is { } other
                ? No(verb, IntentCodes.DecisionInProgress, $"Intent {other.Id} by {other.By} decides on the candidate.")
                : Offered(run, verb);

    private static AllowedAction Offered(LoopRun run, IntentVerb verb)
    {
        if (run is { Capabilities: null, Seen.Observed: false })
        {
            return No(verb, IntentCodes.NotObserved, "The adapter has not answered yet; what it offers is not known.");
        }

        if ((verb.Ends() || verb is IntentVerb.Pause or IntentVerb.Resume) && run.ObserveOnly is { } why)
        {
            return No(verb, IntentCodes.ObserveOnly, why);
        }

        // An endpoint that announces nothing is one of v1, which knows these three.
        var offered = run.Capabilities is { } capabilities
            ? capabilities.Contains(verb.Capability(), StringComparer.Ordinal)
            : verb is IntentVerb.Approve or IntentVerb.Reject or IntentVerb.Cancel;
        return offered
            ? new AllowedAction(verb, true)
            : No(verb, IntentCodes.NotSupported, $"The endpoint does not offer {verb.Capability()}.");
    }

    private static AllowedAction No(IntentVerb verb, string reason, string detail, DateTimeOffset? availableAt = null) =>
        new(verb, false, reason, detail, availableAt);

    private static string Word<T>(T value)
        where T : struct, Enum =>
        System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
