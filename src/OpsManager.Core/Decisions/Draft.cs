using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Core.Verdicts;

namespace OpsManager.Core.Decisions;

/// <summary>A decision in the making.</summary>
internal sealed record Draft(LoopRun Run)
{
    public ValueList<Transition> Transitions { get; init; } = [];

    public ValueList<Effect> Effects { get; init; } = [];

    /// <summary>Intents that found their end in this decision.</summary>
    public ValueList<Intent> Closed { get; init; } = [];

    /// <summary>Goes to a state.</summary>
    public Draft Step(Verdict verdict, LifecycleStatus to, DateTimeOffset now)
    {
        var transition = new Transition
        {
            Number = Run.TransitionCount + 1,
            At = now,
            From = Run.Lifecycle.State,
            To = to.State,
            Reason = to.Reason,
            Rule = verdict.Rule,
            Evidence = verdict.Evidence,
            By = verdict.By,
            EventSequence = Run.Evidence.Through,
        };
        return this with
        {
            Run = Run with { Lifecycle = to, TransitionCount = transition.Number },
            Transitions = Transitions.Add(transition),
        };
    }

    /// <summary>Adds an intent.</summary>
    public Draft Open(Intent intent) => this with { Run = Run with { Intents = Run.Intents.Add(intent), IntentCount = intent.Number } };

    /// <summary>Changes an open intent; one that is final now leaves the run.</summary>
    public Draft Change(Intent intent)
    {
        if (!intent.IsFinal)
        {
            return this with { Run = Run with { Intents = Run.Intents.Select(open => open.Id == intent.Id ? intent : open).ToValueList() } };
        }

        var unsettled = Run.Unsettled.Where(earlier => earlier.Verb != intent.Verb);
        if (IsUnsettled(intent))
        {
            unsettled = unsettled.Append(new UnsettledIntent(intent.Id, intent.Verb, intent.Status, intent.By, intent.Steps[^1].At, intent.Steps[^1].Code));
        }

        return this with
        {
            Run = Run with
            {
                Intents = Run.Intents.Where(open => open.Id != intent.Id).ToValueList(),
                Unsettled = unsettled.ToValueList(),
                Seen = Run.Seen with { UnansweredAttempt = UnansweredBy(intent) },
            },
            Closed = Closed.Add(intent),
        };
    }

    private int? UnansweredBy(Intent intent) => intent switch
    {
        { Verb: not IntentVerb.Relaunch } or { Sends: 0 } => Run.Seen.UnansweredAttempt,
        { Status: IntentStatus.Confirmed or IntentStatus.Failed or IntentStatus.Refused } => null,

        // Given up, or displaced while it was on its way.
        _ => intent.Attempt,
    };

    // A refusal is an answer to whoever asked; the manager has nobody to read it.
    private static bool IsUnsettled(Intent intent) =>
        intent.Status is IntentStatus.Ambiguous or IntentStatus.Failed or IntentStatus.Expired
        || (intent.Status == IntentStatus.Refused && intent.IsAutomatic);
}
