using System.Globalization;
using OpsManager.Core.Evidence;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Core.Verdicts;

namespace OpsManager.Core.Decisions;

/// <summary>
/// Takes open intents from step to step. What an intent has done is always read back; an answer only says when to begin to look.
/// </summary>
internal static class IntentProgress
{
    private const string Manager = "manager";
    private const string Adapter = "adapter";
    private const string Runtime = "runtime";

    // What an adapter answers that was asked to stop or to let go what is not there.
    private const string NoProcess = "no_process";

    // A role that reached its limit is ended and logged within seconds.
    private static readonly TimeSpan RoleSlack = TimeSpan.FromSeconds(60);

    // No role is given longer; a larger number is a mistake.
    private static readonly TimeSpan LongestRole = TimeSpan.FromDays(7);

    /// <summary>A request: it becomes an open intent, takes effect at once where nothing is running, or is refused.</summary>
    public static Draft Request(LoopRun run, IntentRequest request, DateTimeOffset now)
    {
        if (run.Intents.Any(open => open.Id == request.Id))
        {
            return new Draft(run);
        }

        var number = run.IntentCount + 1;
        if (IntentAdmission.Refuse(run, request, now) is { } refused)
        {
            var intent = IntentSteps.Accepted(request, number, null, now, now) with { Steps = [] };
            return new Draft(run with { IntentCount = number })
            {
                Closed = [intent.End(IntentStatus.Refused, now, Manager, refused.Reason, refused.Detail)],
            };
        }

        var attempt = request.Verb switch
        {
            IntentVerb.Pause or IntentVerb.Resume when run.Evidence.Attempts.Count > 0 => IntentRules.NewestAttempt(run),
            IntentVerb.Relaunch => IntentRules.NextAttempt(run),
            _ => (int?)null,
        };
        var named = request.Verb.Decides() ? request with { Candidate = run.Candidate } : request with { Candidate = null };
        var accepted = IntentSteps.Accepted(named, number, attempt, now + run.Policy.DeliveryDeadline, now);
        return AtOnce(
            Replace(new Draft(run), request, now).Open(request.Verb == IntentVerb.Relaunch ? accepted with { AttemptsBefore = run.Evidence.Attempts.Count } : accepted),
            now);
    }

    /// <summary>The answer to an intent that was sent.</summary>
    public static Draft Answered(LoopRun run, DeliveryAnswer answer, DateTimeOffset now)
    {
        if (run.Intents.FirstOrDefault(open => open.Id == answer.Intent && open.Status == IntentStatus.Sending) is not { } intent)
        {
            // Given up already; but what the adapter proved it has proven.
            return answer.Outcome == DeliveryOutcome.Done && run.Cancel is { Taken: false } late && late.Intent == answer.Intent
                ? new Draft(run with { Cancel = late with { Taken = true } })
                : new Draft(run);
        }

        var evidence = string.Join(": ", new[] { answer.Code, answer.Detail }.Where(static text => !string.IsNullOrWhiteSpace(text)));
        return answer.Outcome switch
        {
            DeliveryOutcome.Done => Delivered(new Draft(run), intent, evidence, now),
            DeliveryOutcome.Unproven when !intent.Verb.Ends() => Delivered(new Draft(run), intent, evidence, now),

            // Whatever was stopped is gone now, and what a resume lifts besides is the hold.
            DeliveryOutcome.Refused when intent.Verb == IntentVerb.Resume && answer.Code == NoProcess => Delivered(new Draft(run), intent, evidence, now),

            // Whatever was to take the decision up is gone; the next look holds the relaunch, or finds another process to stop.
            DeliveryOutcome.Refused when intent.Verb == IntentVerb.Pause && answer.Code == NoProcess && run.Lifecycle.State == LifecycleState.AwaitingRelaunch =>
                new Draft(run).Change(intent.Noting(answer.Code, answer.Detail)),
            DeliveryOutcome.Refused when !RetriableRefusals.Contains(answer.Code) => Refused(new Draft(run), intent, answer, evidence, now),
            _ => new Draft(run).Change(intent.Noting(answer.Code, answer.Detail)),
        };
    }

    /// <summary>What an observation shows of the intents.</summary>
    public static Draft ReadBack(Draft draft, Observation observation, ProcessView process, DateTimeOffset now)
    {
        foreach (var intent in draft.Run.Intents)
        {
            if (draft.Run.Lifecycle.State.IsTerminal())
            {
                return draft;
            }

            draft = intent.Verb switch
            {
                IntentVerb.Pause => ReadPause(draft, intent, observation, process, now),
                IntentVerb.Resume => ReadResume(draft, intent, process, now),
                IntentVerb.Approve or IntentVerb.Reject => ReadDecision(draft, intent, observation, now),
                IntentVerb.Relaunch => ReadRelaunch(draft, intent, observation, now),
                IntentVerb.Cancel when IntentRules.HasNoAttempt(draft.Run) && !process.IsThere => CancelUnlaunched(draft, intent, now),
                _ => draft,
            };
        }

        // Somebody let the leader go on by hand: nothing is held any more.
        return draft.Run is { Hold: not null, Candidate: null, Lifecycle.State: LifecycleState.Running } && !draft.Run.Intents.Any(static open => open.Verb is IntentVerb.Pause or IntentVerb.Resume)
            && process.Status == ProcessStatus.Alive
            ? draft with { Run = Lift(draft.Run, now) }
            : draft;
    }

    /// <summary>Gives up what is over its time.</summary>
    public static Draft Expire(Draft draft, DateTimeOffset now)
    {
        foreach (var intent in draft.Run.Intents.Where(open => open.Deadline <= now))
        {
            var end = intent.Status switch
            {
                IntentStatus.Accepted => intent.End(IntentStatus.Expired, now, Manager, IntentCodes.DeliveryDeadline, "It could not be sent in time."),
                IntentStatus.Sending => intent.End(
                    IntentStatus.Ambiguous,
                    now,
                    Manager,
                    IntentCodes.DeliveryDeadline,
                    string.Create(CultureInfo.InvariantCulture, $"Sent {intent.Sends} times without a clear answer ({intent.Steps[^1].Code ?? "no answer"}), and no effect was seen.")),
                _ => intent.End(IntentStatus.Ambiguous, now, Manager, IntentCodes.ConfirmTimeout, "The adapter took it, and its effect was not seen in time."),
            };
            draft = draft.Change(end);

            // Where the runtime has only to be launched again, the hold is the manager's own and is in force, whatever became of the process.
            var isOwn = draft.Run.Candidate is not null || draft.Run.Lifecycle.State == LifecycleState.AwaitingRelaunch;
            if (intent.Verb == IntentVerb.Pause && draft.Run.Hold?.Intent == intent.Id && !isOwn)
            {
                draft = draft with { Run = Lift(draft.Run, now) };
            }
        }

        return draft;
    }

    /// <summary>Sends what is due: one at a time, in the order of acceptance, but a kill waits for nothing.</summary>
    /// <param name="draft">The decision so far.</param>
    /// <param name="look">What was just seen of the run; null if nothing was.</param>
    /// <param name="hasWholeLog">Whether it was just seen, with the log read to its end, where the run stands: nothing is launched on less.</param>
    /// <param name="now">The time of the decision.</param>
    public static Draft Send(Draft draft, Observation? look, bool hasWholeLog, DateTimeOffset now)
    {
        var run = draft.Run;
        var due = run.Intents.FirstOrDefault(static open => open.Verb == IntentVerb.ForceCancel && open.Status < IntentStatus.Delivered)
            ?? run.Intents.FirstOrDefault(open => open.Status < IntentStatus.Delivered && (hasWholeLog || open is not { Verb: IntentVerb.Relaunch, Status: IntentStatus.Accepted }));

        // A process that cannot be named yet would be missed, and the adapter would remember that there was none.
        if (due is null || due.SendAt > now || (due.Verb.Ends() && IntentRules.HasNoAttempt(run)))
        {
            return draft;
        }

        if (V1Aim.Meets(run, due, look) is not true and var meets)
        {
            return meets is null ? draft : draft.Change(V1Aim.Missed(due, now));
        }

        var sending = due.Sending(now);
        draft = draft.Change(sending) with { Effects = draft.Effects.Add(new Effect.DeliverIntent(due.Id)) };
        return due.Verb switch
        {
            IntentVerb.Cancel or IntentVerb.ForceCancel => Cancelling(draft, sending, now),
            IntentVerb.Resume when run.Lifecycle.State is LifecycleState.Pausing or LifecycleState.Paused => draft.Step(
                new Verdict("resume_sent", LifecycleState.Resuming, null, VerdictBasis.Live, $"Resume {due.Id} is being sent.", due.By),
                LifecycleStatus.Live(LifecycleState.Resuming, now),
                now),
            IntentVerb.Approve or IntentVerb.Reject => draft with { Run = DecisionReading.Noted(draft.Run, sending) },
            _ => draft,
        };
    }

    /// <summary>Ends every open intent with the run.</summary>
    public static Draft Close(Draft draft, DateTimeOffset now)
    {
        var ended = draft.Run.Lifecycle;
        foreach (var intent in draft.Run.Intents)
        {
            var took = intent.Verb switch
            {
                IntentVerb.Cancel or IntentVerb.ForceCancel => ended.State is LifecycleState.Cancelled or LifecycleState.TimedOut,
                IntentVerb.DeclareLost => ended.State == LifecycleState.Lost,
                IntentVerb.Approve or IntentVerb.Reject => draft.Run.Decision?.Intent == intent.Id
                    || (draft.Run.Evidence.Approval is { Decision: not null } approval && approval.Note?.Contains(intent.Id.Value, StringComparison.Ordinal) == true),
                IntentVerb.Relaunch => IntentRules.HasBegun(draft.Run, intent),
                _ => false,
            };
            draft = draft.Change(took
                ? intent.End(IntentStatus.Confirmed, now, Runtime, null, draft.Transitions.Count > 0 ? draft.Transitions[^1].Evidence : null)
                : intent.End(IntentStatus.Superseded, now, Manager, IntentCodes.RunEndedFirst, $"The run ended {JsonWord(ended.State)} first."));
        }

        return draft;
    }

    /// <summary>What an intent displaces: a cancel everything, pause and resume each other.</summary>
    private static Draft Replace(Draft draft, IntentRequest request, DateTimeOffset now)
    {
        foreach (var open in draft.Run.Intents)
        {
            var isDisplaced = request.Verb switch
            {
                IntentVerb.Cancel or IntentVerb.ForceCancel => !open.Verb.Ends(),
                IntentVerb.Pause => open.Verb == IntentVerb.Resume || open is { Verb: IntentVerb.Relaunch, Status: IntentStatus.Accepted },
                IntentVerb.Resume => open.Verb == IntentVerb.Pause,
                _ => false,
            };
            if (isDisplaced)
            {
                draft = draft.Change(open.End(IntentStatus.Superseded, now, request.By, IntentCodes.Replaced, $"{request.Verb.Word()} {request.Id} took its place."));
            }
        }

        // What is asked anew is not unsettled any more.
        return draft with { Run = draft.Run with { Unsettled = draft.Run.Unsettled.Where(earlier => earlier.Verb != request.Verb).ToValueList() } };
    }

    /// <summary>Where no process of the run exists, a pause, a resume and the cancel of what was never launched are the manager's own.</summary>
    private static Draft AtOnce(Draft draft, DateTimeOffset now)
    {
        var run = draft.Run;
        var intent = run.Intents[^1];
        if (run.Lifecycle.State.IsTerminal())
        {
            return draft;
        }

        switch (intent.Verb)
        {
            case IntentVerb.DeclareLost:
                var lost = new Verdict("declared_lost", LifecycleState.Lost, EndReasons.Declared, VerdictBasis.Recorded, $"Declared lost by {intent.By}; the adapter cannot be reached.", intent.By);
                return RunDecider.End(draft, lost, null, now);
            case IntentVerb.Pause when IntentRules.HasNoProcess(run):
                return Hold(draft, intent, now);
            case IntentVerb.Resume when IntentRules.HasNoProcess(run):
                return (draft with { Run = Lift(run, now) })
                    .Change(intent.End(IntentStatus.Confirmed, now, Manager, null, "No process of the run was stopped; launches are free again."));
            case IntentVerb.Cancel when IntentRules.IsUnlaunched(run):
                return CancelUnlaunched(draft, intent, now);
            default:
                return draft;
        }
    }

    private static Draft CancelUnlaunched(Draft draft, Intent intent, DateTimeOffset now)
    {
        var verdict = new Verdict("cancelled_unlaunched", LifecycleState.Cancelled, null, VerdictBasis.Recorded, "Cancelled before the run had a process.", intent.By);
        return RunDecider.End(draft, CancelVerdict.Attribute(verdict, intent.By), "not_started", now);
    }

    private static Draft Hold(Draft draft, Intent intent, DateTimeOffset now) =>
        (draft with { Run = draft.Run with { Hold = draft.Run.Hold ?? new HoldMemory(intent.Id, intent.By, now) } })
            .Change(intent.End(IntentStatus.Confirmed, now, Manager, null, "No process of the run is at work; nothing is launched until it is resumed."));

    private static Draft Delivered(Draft draft, Intent intent, string evidence, DateTimeOffset now)
    {
        var run = draft.Run;
        var text = evidence.Length == 0 ? null : evidence;
        draft = draft.Change(intent.Delivered(ConfirmDeadline(run, intent, now), Adapter, text, now));
        return draft with
        {
            Run = intent.Verb switch
            {
                IntentVerb.Pause => draft.Run with { Hold = run.Hold ?? new HoldMemory(intent.Id, intent.By, now) },
                IntentVerb.Resume when !intent.KeepsHold => Lift(draft.Run, now),
                IntentVerb.Cancel or IntentVerb.ForceCancel when run.Cancel is { } cancel => draft.Run with { Cancel = cancel with { Taken = true } },
                _ => draft.Run,
            },
        };
    }

    private static Draft Refused(Draft draft, Intent intent, DeliveryAnswer answer, string evidence, DateTimeOffset now)
    {
        draft = draft.Change(answer.Code == "already_decided"
            ? intent.End(IntentStatus.Superseded, now, answer.By ?? Adapter, IntentCodes.DecidedElsewhere, evidence)
            : intent.End(IntentStatus.Refused, now, Adapter, answer.Code, evidence));

        // One that is refused leaves the cancel before it as it was.
        return intent.Verb.Ends() && draft.Run.Cancel?.Intent == intent.Id
            ? draft with { Run = draft.Run with { Cancel = draft.Run.EarlierCancel, EarlierCancel = null } }
            : draft;
    }

    private static Draft ReadPause(Draft draft, Intent intent, Observation observation, ProcessView process, DateTimeOffset now)
    {
        var run = draft.Run;
        var isQuiet = run.Lifecycle.State == LifecycleState.Paused

            // A process that is to take a decision up is stopped before it logs that it did.
            || (IntentRules.IsNewest(run) && process is { Status: ProcessStatus.Stopped, LiveChildren: 0 });
        if (intent.Status >= IntentStatus.Sending && isQuiet)
        {
            return (draft with { Run = run with { Hold = run.Hold ?? new HoldMemory(intent.Id, intent.By, now) } })
                .Change(intent.End(IntentStatus.Confirmed, now, Runtime, null, "The leader is stopped and nothing of the run works."));
        }

        if (IntentRules.HasNoProcess(run, process) && (!IntentRules.MayHaveLaunched(run) || intent is { Status: IntentStatus.Sending } && intent.Steps[^1].Code == NoProcess))
        {
            return Hold(draft, intent, now);
        }

        // A role without a limit may have ended since the pause was delivered, and that of the role at work only a look can tell.
        return intent is { Status: IntentStatus.Delivered, Deadline: null } && (ConfirmDeadline(run, intent, now) ?? RoleDeadline(run, intent, observation)) is { } limit
            ? draft.Change(intent with { Deadline = limit })
            : draft;
    }

    // Whoever lets a run go on gives it its iterations again, also after a pause that is not known to have been in force.
    private static LoopRun Lift(LoopRun run, DateTimeOffset now) => run with
    {
        Hold = null,
        HoldEndedAt = run.Hold is null ? run.HoldEndedAt : now,
        Circling = run.Circling?.Anew(),
    };

    private static Draft ReadResume(Draft draft, Intent intent, ProcessView process, DateTimeOffset now)
    {
        var run = draft.Run;
        if (!IntentRules.HasNoProcess(run, process) && !(intent.Status >= IntentStatus.Sending && process.Status == ProcessStatus.Alive))
        {
            return draft;
        }

        return (intent.KeepsHold ? draft : draft with { Run = Lift(run, now) }).Change(intent.End(
            IntentStatus.Confirmed,
            now,
            Runtime,
            null,
            process.IsThere ? "The leader is at work." : "No process of the run is stopped."));
    }

    private static Draft ReadDecision(Draft draft, Intent intent, Observation observation, DateTimeOffset now)
    {
        if (DecisionReading.On(intent.Candidate!, draft.Run.Evidence, observation.Runtime) is { } seen)
        {
            if (seen.Bears(intent.Id))
            {
                return (draft with { Run = draft.Run with { Decision = new DecisionMemory(intent.Id, intent.Candidate!) } }).Change(seen.Is(intent.Verb)
                    ? intent.End(IntentStatus.Confirmed, now, Runtime, null, $"The candidate was {seen.Status}, by {seen.By ?? "an unnamed person"}, with this intent's id.")
                    : intent.End(IntentStatus.Failed, now, Runtime, null, $"The decision that bears this intent's id says {seen.Status}."));
            }

            return draft.Change(intent.End(
                IntentStatus.Superseded, now, seen.By ?? Runtime, IntentCodes.DecidedElsewhere, $"The candidate was {seen.Status} by {seen.By ?? "an unnamed person"}."));
        }

        // Not yet sent, and what it is about does not wait any more: it must not meet the next candidate.
        return intent.Status == IntentStatus.Accepted && observation.CaughtUp && (draft.Run.Candidate is null || !intent.Candidate!.Matches(draft.Run.Candidate))
            ? draft.Change(intent.End(IntentStatus.Superseded, now, Runtime, IntentCodes.CandidateGone, "The candidate does not wait for a decision any more."))
            : draft;
    }

    private static Draft ReadRelaunch(Draft draft, Intent intent, Observation observation, DateTimeOffset now)
    {
        if (IntentRules.HasBegun(draft.Run, intent))
        {
            return draft.Change(intent.End(IntentStatus.Confirmed, now, Runtime, null, "The runtime took the decision up."));
        }

        // Not yet sent, and it was taken up meanwhile: another launch would begin the loop anew.
        if (intent.Status == IntentStatus.Accepted && observation.CaughtUp && ApprovalReading.Read(draft.Run.Evidence, observation.Runtime.Approval) is not (ApprovalStanding.Approved or ApprovalStanding.Rejected))
        {
            return draft.Change(intent.End(IntentStatus.Superseded, now, Runtime, IntentCodes.NoDecision, "There is no decision to be taken up any more."));
        }

        return intent.Status == IntentStatus.Delivered
            && observation is { CaughtUp: true, Runtime: { Exit: { } exit, Leader: null or { Alive: false }, Launch: { Attempt: { } attempt } } }
            && attempt == intent.Attempt
            ? draft.Change(intent.End(IntentStatus.Failed, now, Runtime, "relaunch_exited", $"The process exited with {exit.Code} and took no decision up: {exit.Text?.Trim()}"))
            : draft;
    }

    private static Draft Cancelling(Draft draft, Intent intent, DateTimeOffset now)
    {
        var run = draft.Run;
        if (run.Lifecycle.State.IsTerminal())
        {
            // An end stays what it is.
            return draft;
        }

        // What was suspected before is judged anew under the cancel; a repeated send changes nothing, nor does a kill beside the cancel. One
        // that was given up steps back: what ends the run now is not its doing.
        draft = run.Cancel is { } known && run.Intents.Any(open => open.Id == known.Intent)
            ? draft
            : draft with { Run = run with { Cancel = new CancelMemory(intent.Id, intent.By, now, false), EarlierCancel = run.Cancel, SuspectedEnd = null } };
        return run.Lifecycle.State == LifecycleState.Cancelling
            ? draft
            : draft.Step(
                new Verdict("cancel_sent", LifecycleState.Cancelling, null, VerdictBasis.Live, $"{intent.Verb.Word()} {intent.Id} is being sent.", intent.By),
                LifecycleStatus.Live(LifecycleState.Cancelling, now),
                now);
    }

    private static DateTimeOffset? ConfirmDeadline(LoopRun run, Intent intent, DateTimeOffset now) => intent.Verb switch
    {
        // The role in flight may take its own time; without a limit nobody can say how long that is.
        IntentVerb.Pause => run.Evidence is { Role: not null, RoleTimeoutSeconds: null } ? null
            : now + TimeSpan.FromSeconds(Math.Min(run.Evidence.Role is null ? 0 : run.Evidence.RoleTimeoutSeconds ?? 0, LongestRole.TotalSeconds)) + RoleSlack + run.Policy.ConfirmTimeout,
        IntentVerb.Relaunch => now + run.Policy.StartDeadline,
        _ => now + run.Policy.ConfirmTimeout,
    };

    /// <summary>The time of the role in flight as the adapter tells it; null if it tells none. Of a wait it tells the wait's end, not the role's.</summary>
    private static DateTimeOffset? RoleDeadline(LoopRun run, Intent intent, Observation observation)
    {
        if (observation.Runtime.Activity is not { Kind: "role", Until: { } until } activity || (observation.SpriteTime is null && activity.Since is null))
        {
            return null;
        }

        // The sprite's times are compared only with each other. Where it does not say what time it is there, the role has all of its time.
        var (from, left) = observation.SpriteTime is { } there ? (observation.ReceivedAt, until - there) : (intent.DeliveredAt, until - activity.Since);
        return from + TimeSpan.FromSeconds(Math.Clamp(left?.TotalSeconds ?? 0, 0, LongestRole.TotalSeconds)) + RoleSlack + run.Policy.ConfirmTimeout;
    }

    private static string JsonWord(LifecycleState state) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());
}
