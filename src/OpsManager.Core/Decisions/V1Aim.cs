using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Decisions;

/// <summary>
/// What an intent would meet on an endpoint that speaks v1 only. Such an endpoint asks for no run and no candidate: it cancels whichever
/// loop is active in the repository, and decides on whichever candidate waits. So nothing goes out, the first time or again, but on a
/// look that has just shown what is meant.
/// </summary>
internal static class V1Aim
{
    /// <summary>Whether the intent would meet what it means: true, false, or null while nobody can say and it has to wait.</summary>
    /// <param name="run">The run as decided so far.</param>
    /// <param name="intent">The intent that is due.</param>
    /// <param name="look">What was just seen of the run; null if nothing was.</param>
    public static bool? Meets(LoopRun run, Intent intent, Observation? look)
    {
        if (run.Capabilities is not null || !(intent.Verb.Ends() || intent.Verb.Decides()))
        {
            return true;
        }

        return look is null ? null
            : intent.Verb.Ends() ? MeetsRun(run, intent, look.Runtime)
            : MeetsCandidate(run, intent, look);
    }

    /// <summary>Ends what would meet something else. What was sent before without a clear answer may have done its work: nobody knows.</summary>
    public static Intent Missed(Intent intent, DateTimeOffset now)
    {
        const string manager = "manager";
        var (code, what) = intent.Verb.Ends()
            ? (IntentCodes.NotActive, "This endpoint cancels whichever loop is active in the repository, and that is not this one.")
            : (IntentCodes.CandidateGone, "The candidate does not wait for a decision any more.");
        return intent.Sends > 0 ? intent.End(IntentStatus.Ambiguous, now, manager, code, $"Sent without a clear answer, and not sent again. {what}")
            : intent.Verb.Ends() ? intent.End(IntentStatus.Refused, now, manager, code, what)
            : intent.End(IntentStatus.Superseded, now, manager, code, what);
    }

    private static bool? MeetsRun(LoopRun run, Intent intent, RuntimeFacts runtime) => runtime switch
    {
        { ActiveRun.LoopId: { } loop } => loop == run.Spec.LoopId.Value,

        // Caught while somebody writes it, or before the new leader has put its loop in: the next look tells.
        { ActiveRun: not null } or { ActiveRunUnreadable: true } => null,

        // That nothing is active may be what the cancel did.
        _ => intent.Sends > 0 ? null : false,
    };

    private static bool? MeetsCandidate(LoopRun run, Intent intent, Observation look) =>
        look.Runtime.ApprovalUnreadable ? null
            : run.Candidate is { } waiting && intent.Candidate!.Matches(waiting) ? true
            : look.CaughtUp ? false
            : null;
}
