using OpsManager.Core.Divergence;
using OpsManager.Core.Escalations;
using OpsManager.Core.Evidence;
using OpsManager.Core.Health;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Core.Verdicts;

namespace OpsManager.Core.Decisions;

/// <summary>Decides what a run is and what is to be done. Pure: the same run, input and time give the same decision.</summary>
public static class RunDecider
{
    private const string Manager = "manager";

    // A poll takes a moment and the sprite's times have a resolution of a second: a smaller drift is no news.
    private const long SkewStep = 5;

    /// <summary>
    /// Decides. A quiet poll changes nothing. <see cref="Effect.StartRuntime"/> is repeated with every observation until the start
    /// is answered, also when nothing else changed: the adapter answers a repeated start as it answered the first.
    /// </summary>
    /// <param name="run">The run as last decided.</param>
    /// <param name="input">What happened.</param>
    /// <param name="now">The engine's time; a time before the last decision counts as that decision's.</param>
    public static Decision Decide(LoopRun run, DecisionInput input, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(input);
        now = now > run.DecidedAt ? now : run.DecidedAt;
        if (run.Lifecycle.State.IsTerminal())
        {
            return Conclude(run, EndedRun.Decide(run, input, now), input, now);
        }

        var draft = input switch
        {
            DecisionInput.Observed observed => OnObserved(run, observed.Observation, now),
            DecisionInput.PollFailed failed => OnPollFailed(run, failed.Failure, now),
            DecisionInput.StartAnswered answered => OnStartAnswered(run, answered.Answer, now),
            DecisionInput.IntentRequested requested => IntentProgress.Request(run, requested.Request, now),
            DecisionInput.IntentAnswered answered => IntentProgress.Answered(run, answered.Answer, now),
            _ => new Draft(run),
        };
        return Conclude(run, draft, input, now);
    }

    /// <summary>Ends the run, and with it every open intent.</summary>
    internal static Draft End(Draft draft, Verdict verdict, string? proof, DateTimeOffset now)
    {
        var quiescence = proof is null ? Quiescence.NotProven : Quiescence.Proven;
        var ended = draft.Step(verdict, LifecycleStatus.Ended(verdict.State, now, verdict.Reason, quiescence, proof), now);
        return IntentProgress.Close(ended with { Run = ended.Run with { SuspectedEnd = null, Candidate = null, Hold = null } }, now);
    }

    private static Draft OnObserved(LoopRun run, Observation observation, DateTimeOffset now)
    {
        // An observation made from rows that are older than the last decision has nothing new to say about events.
        var isBehind = observation.Evidence.Through < run.Evidence.Through;
        var next = run with
        {
            Evidence = isBehind ? run.Evidence : observation.Evidence,
            Capabilities = observation.Capabilities,
            ObserveOnly = observation.Runtime.ObserveOnly,
            ClockSkewSeconds = Skew(run.ClockSkewSeconds, observation),
        };
        next = next with { Seen = Remember(next, observation) with { Observed = true } };
        if (MustLaunch(next) && observation.Capabilities?.Contains("start") != true && !run.Seen.StartRequested)
        {
            return End(
                new Draft(next with { SuspectedEnd = null }),
                new Verdict(EndReasons.StartUnsupported, LifecycleState.Failed, EndReasons.StartUnsupported, VerdictBasis.Recorded, "The endpoint does not offer to start a runtime; launch the loop there and attach to it.", Manager),
                "not_started",
                now);
        }

        var process = ProcessReading.Read(next, observation);
        next = next with
        {
            Divergence = DivergenceRules.Detect(next, observation, process),
            PendingRecovery = MustLaunch(next) || next.Evidence.Foreign is not null ? null : observation.Runtime.PendingRecovery,
            Candidate = MustLaunch(next) || next.Evidence.Foreign is not null ? null : DecisionReading.Pending(next.Evidence, observation.Runtime),
        };
        next = RunSignals.Note(next with { Decision = DecisionReading.Own(next, observation.Runtime) }, observation, now);
        var hasWholeLog = observation.CaughtUp && !isBehind;
        var verdict = CancelVerdict.Judge(VerdictTable.Judge(next, observation, process), next, observation, process);
        var draft = verdict.Basis == VerdictBasis.Live
            ? Move(new Draft(next with { SuspectedEnd = null }), verdict, now)
            : Suspect(next, observation, process, verdict, hasWholeLog, now);
        if (!draft.Run.Lifecycle.State.IsTerminal())
        {
            draft = IntentProgress.ReadBack(draft, observation, process, now);
        }

        if (!draft.Run.Lifecycle.State.IsTerminal())
        {
            draft = IntentProgress.Expire(draft, now);

            // A state that an intent held, and that is given up, is left at once.
            draft = verdict.Basis == VerdictBasis.Live ? Move(draft, verdict, now) : draft;

            // Policies judge by the health of this observation.
            draft = Assess(draft, observation, process, now);
            draft = AutomaticIntents.Add(draft, process, hasWholeLog, now);
        }

        if (!draft.Run.Lifecycle.State.IsTerminal())
        {
            draft = IntentProgress.Send(draft, observation, hasWholeLog, now);
        }

        draft = Assess(draft, observation, process, now);
        return MustLaunch(draft.Run) && draft.Run.Hold is null
            ? draft with
            {
                Run = draft.Run with { Seen = draft.Run.Seen with { StartRequested = true } },
                Effects = draft.Effects.Add(new Effect.StartRuntime(1)),
            }
            : draft;
    }

    private static Draft Assess(Draft draft, Observation observation, ProcessView process, DateTimeOffset now) =>
        draft with { Run = draft.Run with { Health = HealthAssessor.Observed(draft.Run, observation, process, now) } };

    private static Draft OnPollFailed(LoopRun run, PollFailure failure, DateTimeOffset now)
    {
        // Control may get through where the artifacts cannot be read; and an intent has its time whoever is to blame.
        var draft = new Draft(run with { Health = HealthAssessor.PollFailed(run, failure, now) });
        draft = IntentProgress.Expire(draft, now);

        // What fails everywhere at once is no ground to act on any one run.
        draft = failure.ManagerSuspected ? draft : AutomaticIntents.AddPolicies(draft, isBlind: true, now);
        return draft.Run.Lifecycle.State.IsTerminal() ? draft : IntentProgress.Send(draft, null, hasWholeLog: false, now);
    }

    // A cancel wins over a start, also one whose outcome nobody knows.
    private static bool MustLaunch(LoopRun run) => run is { Spec.Launch: LaunchKind.Start, Lifecycle.State: LifecycleState.Pending, Cancel: null };

    private static Draft OnStartAnswered(LoopRun run, StartAnswer answer, DateTimeOffset now)
    {
        if (!MustLaunch(run))
        {
            // A cancel overtook the start; what was launched after all is this run's.
            return run is { Spec.Launch: LaunchKind.Start, Lifecycle.State: LifecycleState.Cancelling, Seen.StartBaseLine: null } && answer.Accepted
                ? new Draft(run with { Seen = run.Seen with { StartRequested = false, StartBaseLine = Math.Max(0, answer.BaseLine ?? 0) } })
                : new Draft(run);
        }

        if (!answer.Accepted)
        {
            var why = string.Join(": ", new[] { answer.RefusalCode, LenientJson.Bounded(answer.Detail, 500) }.Where(static text => !string.IsNullOrWhiteSpace(text)));
            return End(
                new Draft(run),
                new Verdict("start_answer_refused", LifecycleState.Failed, EndReasons.StartRefused, VerdictBasis.Recorded, why.Length == 0 ? "The start was refused." : $"The start was refused: {why}", Manager),
                "not_started",
                now);
        }

        var next = run with { Seen = run.Seen with { StartRequested = false, StartBaseLine = Math.Max(0, answer.BaseLine ?? 0) } };
        return Move(
            new Draft(next),
            new Verdict("start_accepted", LifecycleState.Starting, null, VerdictBasis.Live, "The adapter launched a process.", Manager),
            now);
    }

    /// <summary>
    /// Takes an end for granted once enough speaks for it: that of the log when its process is seen gone or has had its time,
    /// that of a dead process when a later observation, with the log read to its end, says the same.
    /// </summary>
    private static Draft Suspect(LoopRun run, Observation observation, ProcessView process, Verdict verdict, bool hasWholeLog, DateTimeOffset now)
    {
        var sequence = verdict.Basis == VerdictBasis.Log ? run.Evidence.End?.Sequence ?? run.Evidence.Through : run.Evidence.Through;
        var suspicion = run.SuspectedEnd is { } earlier && earlier.State == verdict.State && earlier.Reason == verdict.Reason && earlier.EventSequence == sequence
            ? earlier
            : new SuspectedEnd(verdict.State, verdict.Reason, now, sequence);
        var proof = CancelVerdict.QuiescenceProof(run, observation, process);
        var isCancelled = CancelVerdict.IsCause(run, observation) && verdict.State is LifecycleState.Cancelled or LifecycleState.TimedOut;
        var settle = isCancelled && run.Capabilities is null && proof is not null ? CancelVerdict.InactiveFor : run.Policy.EndSettle;
        var isSettled = now - suspicion.Since >= settle;

        // A process that is only just being launched may not be seen yet: its absence counts once it has had its time.
        var isProvenDead = proof is not null && run.Evidence.Attempts.Count > 0;
        var isCertain = verdict.Basis switch
        {
            VerdictBasis.Log => (hasWholeLog && proof is not null) || isSettled,

            // The adapter's own answer was the first look.
            VerdictBasis.Death when isCancelled && run.Capabilities is not null && proof is not null => hasWholeLog,
            VerdictBasis.Death when isCancelled => hasWholeLog && isSettled,
            VerdictBasis.Death => hasWholeLog && now > suspicion.Since && (isProvenDead || isSettled),
            _ => hasWholeLog,
        };
        return isCertain
            ? End(new Draft(run with { SuspectedEnd = null }), verdict, proof, now)
            : new Draft(run with { SuspectedEnd = suspicion });
    }

    private static Draft Move(Draft draft, Verdict verdict, DateTimeOffset now)
    {
        var current = draft.Run.Lifecycle;
        if (current.State == verdict.State)
        {
            return draft;
        }

        return !IsHeldByIntent(draft.Run, verdict) && AllowedLifecycleTransitions.Contains(current.State, verdict.State)
            ? draft.Step(verdict, LifecycleStatus.Live(verdict.State, now, verdict.Reason), now)
            : draft;
    }

    /// <summary>What was asked decides by its own proof, not by a process that has not yet noticed.</summary>
    private static bool IsHeldByIntent(LoopRun run, Verdict verdict) => run.Lifecycle.State switch
    {
        LifecycleState.Cancelling => run.Intents.Any(static open => open.Verb.Ends()),
        LifecycleState.Resuming => verdict.State is LifecycleState.Pausing or LifecycleState.Paused && run.Intents.Any(static open => open.Verb == IntentVerb.Resume),
        _ => false,
    };

    private static Decision Conclude(LoopRun before, Draft draft, DecisionInput input, DateTimeOffset now)
    {
        draft = draft with { Run = ActiveClock.Keep(draft.Run, now) };
        var conditions = EscalationRules.Holding(before, draft.Run, input, now);
        var (run, escalations) = EscalationLedger.Settle(draft.Run, conditions, now);
        var changed = run != before;
        return new Decision(
            changed ? run with { DecidedAt = now } : before,
            draft.Transitions,
            draft.Effects.Concat(escalations).ToValueList(),
            changed)
        {
            Intents = draft.Closed.Concat(run.Intents.Where(open => !before.Intents.Contains(open))).OrderBy(static intent => intent.Number).ToValueList(),
        };
    }

    private static RuntimeMemory Remember(LoopRun run, Observation observation)
    {
        var seen = run.Seen;

        // What stands there before this run's launch, or after somebody else's, is not this run's.
        if (MustLaunch(run) || run.Evidence.Foreign is not null)
        {
            return seen;
        }

        var loop = run.Spec.LoopId.Value;
        var runtime = observation.Runtime;
        if (runtime.ActiveRun is { LoopId: { } named })
        {
            seen = named == loop
                ? seen with { ActiveRunOurs = true, ActiveNow = true }
                : seen with { ActiveRunOurs = false, ActiveNow = false, OtherLoopSeen = seen.OtherLoopSeen || run.Evidence.Attempts.Count > 0 };
        }
        else if (runtime is { ActiveRun: null, ActiveRunUnreadable: false })
        {
            seen = seen with { ActiveNow = false };
        }

        if (runtime.State is { Active: true, LoopId: { } other } && other != loop && run.Evidence.Attempts.Count > 0)
        {
            seen = seen with { OtherLoopSeen = true };
        }

        seen = NoteLaunch(seen, run, runtime);
        return runtime.Leader is { Alive: true, BootId: { } bootId } ? seen with { BootId = bootId } : seen;
    }

    /// <summary>What the launch on record is to the run: one that has logged nothing yet, or one whose number is used up.</summary>
    private static RuntimeMemory NoteLaunch(RuntimeMemory seen, LoopRun run, RuntimeFacts runtime)
    {
        if (run.Evidence.Attempts is not [.., var newest] || runtime.Launch is not { Attempt: { } number } launch || number <= run.Evidence.Attempts.Count)
        {
            return seen with { UnloggedAttempt = null };
        }

        // An adapter that does not say whose launch it is may speak of an earlier run's.
        var isUnlogged = launch.BaseLine > newest.BaseLine;
        if (launch.RunId is { } owner ? owner != run.Spec.RunId.Value : !isUnlogged && number != seen.UnloggedAttempt)
        {
            return seen with { UnloggedAttempt = null };
        }

        var isGone = runtime is { Leader.Alive: false } or { Leader: null, Exit: not null };
        return seen with
        {
            UnloggedAttempt = isUnlogged ? number : null,
            SpentAttempt = isUnlogged && !isGone ? seen.SpentAttempt : Math.Max(number, seen.SpentAttempt ?? 0),
        };
    }

    private static long? Skew(long? known, Observation observation)
    {
        if (observation.SpriteTime is not { } spriteTime)
        {
            return known;
        }

        var skew = (long)Math.Round((spriteTime - observation.ReceivedAt).TotalSeconds);
        return known is { } before && Math.Abs(skew - before) < SkewStep ? before : skew;
    }
}
