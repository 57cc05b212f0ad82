using System.Globalization;
using OpsManager.Core.Divergence;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Core.Verdicts;

namespace OpsManager.Core.Decisions;

/// <summary>What the manager asks of a run itself. Each is an intent like a person's: audited, fenced and confirmed.</summary>
internal static class AutomaticIntents
{
    private const string Manager = "manager";

    /// <summary>Adds what is due. Nothing while contradictions freeze automatic control.</summary>
    public static Draft Add(Draft draft, ProcessView process, bool hasWholeLog, DateTimeOffset now)
    {
        if (draft.Run.Lifecycle.State.IsTerminal() || draft.Run.IsFrozen())
        {
            return draft;
        }

        draft = AddPolicies(draft, isBlind: false, now);
        return draft.Run.Lifecycle.State.IsTerminal() ? draft : Relaunch(LetGo(draft, process, now), process, hasWholeLog, now);
    }

    /// <summary>Adds what broken policies ask for, each once for as long as it stays broken.</summary>
    /// <param name="draft">The decision so far.</param>
    /// <param name="isBlind">Whether nothing was seen of the run this time.</param>
    /// <param name="now">The time of the decision.</param>
    public static Draft AddPolicies(Draft draft, bool isBlind, DateTimeOffset now)
    {
        // What is acted on is not forgotten while nothing is acted on.
        if (draft.Run.IsFrozen())
        {
            return draft;
        }

        var due = PolicyRules.ToActOn(draft.Run, now);

        // A run that is being cancelled breaks nothing; if the cancel is given up, the breach is the one that was acted on.
        var still = draft.Run.ActedOn
            .Where(policy => draft.Run.Lifecycle.State == LifecycleState.Cancelling
                || due.Any(breach => breach.Policy == policy)
                || draft.Run.Intents.Any(open => open.By == By(policy)))
            .ToValueList();
        draft = draft with { Run = draft.Run with { ActedOn = still } };

        // Where nobody could look, what was launched may be at work, may wait for a decision, or may have ended.
        foreach (var breach in due.Where(breach => !still.Contains(breach.Policy) && (!isBlind || IntentRules.IsUnlaunched(draft.Run))))
        {
            var verb = breach.Action == PolicyAction.Pause ? IntentVerb.Pause : IntentVerb.Cancel;
            if (!draft.Run.Lifecycle.State.IsTerminal() && Ask(draft, verb, By(breach.Policy), breach.Detail, now) is { } asked)
            {
                draft = asked with { Run = asked.Run with { ActedOn = asked.Run.ActedOn.Add(breach.Policy) } };
            }
        }

        return draft;
    }

    /// <summary>The first id that no intent of the run has.</summary>
    public static IntentId NextId(LoopRun run, IntentVerb verb) =>
        IntentId.Parse(string.Create(CultureInfo.InvariantCulture, $"auto-{run.IntentCount + 1}-{verb.Word().Replace('_', '-')}"));

    /// <summary>A decision is taken up by a new process. Asked for once: what was refused or failed needs a person.</summary>
    private static Draft Relaunch(Draft draft, ProcessView process, bool hasWholeLog, DateTimeOffset now)
    {
        var run = draft.Run;
        var attempt = run.Evidence.Attempts.Count + 1;
        if (run is not { Lifecycle.State: LifecycleState.AwaitingRelaunch, Spec.RelaunchOnDecision: true, Hold: null } || run.Seen.RelaunchAsked == attempt
            || run.Intents.Any(static open => open.Verb == IntentVerb.Pause)

            // A process that lives has still to exit, or has just begun: it logs its start before it logs that it took the decision up.
            || process.IsThere

            // What was not read yet may say that it did.
            || !hasWholeLog)
        {
            return draft;
        }

        return Ask(draft, IntentVerb.Relaunch, Manager, "The decision is taken up by a new process.", now) is { } asked
            ? asked with { Run = asked.Run with { Seen = asked.Run.Seen with { RelaunchAsked = attempt } } }
            : draft;
    }

    /// <summary>A leader that was stopped while its candidate waits could never exit: it goes on until it does, and the pause holds.</summary>
    private static Draft LetGo(Draft draft, ProcessView process, DateTimeOffset now)
    {
        var run = draft.Run;
        var isOver = run.Candidate is not null || run.Lifecycle.State == LifecycleState.AwaitingRelaunch;
        if (process.Status != ProcessStatus.Stopped || !isOver || IntentRules.IsNewest(run) || run.Hold is null || run.Intents.Any(static open => open.Verb == IntentVerb.Resume || open.Verb.Ends()))
        {
            return draft;
        }

        var intent = IntentSteps.Accepted(
            new IntentRequest { Id = NextId(run, IntentVerb.Resume), Verb = IntentVerb.Resume, By = Manager, Note = "A candidate waits and the leader must exit before it can be decided on; the pause stays in force." },
            run.IntentCount + 1,
            IntentRules.NewestAttempt(run),
            now + run.Policy.DeliveryDeadline,
            now);
        return draft.Open(intent with { KeepsHold = true });
    }

    private static string By(string policy) => $"policy:{policy}";

    private static Draft? Ask(Draft draft, IntentVerb verb, string by, string note, DateTimeOffset now)
    {
        var request = new IntentRequest { Id = NextId(draft.Run, verb), Verb = verb, By = by, Note = note };
        if (IntentAdmission.Refuse(draft.Run, request, now) is not null)
        {
            return null;
        }

        var asked = IntentProgress.Request(draft.Run, request, now);
        return asked with
        {
            Transitions = draft.Transitions.Concat(asked.Transitions).ToValueList(),
            Effects = draft.Effects.Concat(asked.Effects).ToValueList(),
            Closed = draft.Closed.Concat(asked.Closed).ToValueList(),
        };
    }
}
