using OpsManager.Core.Runs;

namespace OpsManager.Core.Intents;

/// <summary>Decides whether a request becomes an intent. Pure: whoever stores it must do so on the run it was judged by.</summary>
public static class IntentAdmission
{
    /// <summary>Why the request is not possible now; null if it is.</summary>
    public static AllowedAction? Refuse(LoopRun run, IntentRequest request, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(request);
        var allowed = IntentRules.Allow(run, request.Verb, now);
        if (!allowed.Allowed)
        {
            return allowed;
        }

        return request.Verb.Decides() && request.Candidate is { } named && !named.Matches(run.Candidate!)
            ? new AllowedAction(
                request.Verb,
                false,
                IntentCodes.CandidateMismatch,
                $"The candidate that waits is iteration {run.Candidate!.Iteration} of runtime run {run.Candidate.RuntimeRunId}.")
            : null;
    }
}
