using OpsFunctions.Api;
using OpsFunctions.Problems;
using OpsManager.Core.Intents;
using OpsManager.Core.Runs;

namespace OpsFunctions.Http;

/// <summary>Refusals of what is asked of a run.</summary>
internal static class IntentProblems
{
    private const int BusyRetrySeconds = 5;

    /// <summary>The state refuses it: why, and what is possible instead.</summary>
    public static ApiProblem Refused(AllowedAction refused, LoopRun run, ApiLinks links, DateTimeOffset now) =>
        ApiProblem.Of(KindOf(refused.Reason!), refused.Detail!) with
        {
            RunId = run.Spec.RunId,
            AllowedActions = AllowedActions.For(run, now),
            Links = new Dictionary<string, string>(StringComparer.Ordinal) { ["run"] = links.Run(run.Spec.RunId), ["intents"] = links.Run(run.Spec.RunId, "intents") },
            RetryAfterSeconds = refused.AvailableAt is { } at ? (int)Math.Clamp(Math.Ceiling((at - now).TotalSeconds), 1, int.MaxValue)
                : refused.Reason == IntentCodes.TooManyOpen ? BusyRetrySeconds
                : null,
        };

    private static ProblemKind KindOf(string reason) => reason switch
    {
        IntentCodes.RunEnded => ProblemKinds.RunEnded,
        IntentCodes.NothingLeft => ProblemKinds.NothingLeft,
        IntentCodes.AlreadyRequested => ProblemKinds.AlreadyRequested,
        IntentCodes.CancelInProgress => ProblemKinds.CancelInProgress,
        IntentCodes.DecisionInProgress => ProblemKinds.DecisionInProgress,
        IntentCodes.TooManyOpen => ProblemKinds.TooManyOpenIntents,
        IntentCodes.NotSupported => ProblemKinds.NotSupportedByEndpoint,
        IntentCodes.NotObserved => ProblemKinds.NotObservedYet,
        IntentCodes.NotAttached => ProblemKinds.NotAttachedYet,
        IntentCodes.StartInProgress => ProblemKinds.StartInProgress,
        IntentCodes.NotActive => ProblemKinds.NotActiveOnEndpoint,
        IntentCodes.ObserveOnly => ProblemKinds.ObserveOnly,
        IntentCodes.AlreadyPaused => ProblemKinds.AlreadyPaused,
        IntentCodes.NotPaused => ProblemKinds.NotPaused,
        IntentCodes.Paused => ProblemKinds.Paused,
        IntentCodes.NoCandidate => ProblemKinds.NoCandidate,
        IntentCodes.CandidateMismatch => ProblemKinds.CandidateMismatch,
        IntentCodes.NoDecision => ProblemKinds.NoDecisionTaken,
        IntentCodes.CancelFirst => ProblemKinds.CancelFirst,
        IntentCodes.GracePeriod => ProblemKinds.GracePeriod,
        IntentCodes.AdapterAnswers => ProblemKinds.AdapterAnswers,
        _ => throw new ArgumentException($"There is no problem for the reason {reason}.", nameof(reason)),
    };
}
