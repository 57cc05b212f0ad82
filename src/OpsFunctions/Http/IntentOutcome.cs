using OpsFunctions.Problems;
using OpsManager.Core.Intents;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>What became of a request: an intent, or why there is none.</summary>
/// <param name="Head">The run as it now stands; null with a problem.</param>
/// <param name="Intent">The intent; null with a problem.</param>
/// <param name="Replayed">Whether an earlier request made it.</param>
/// <param name="Problem">Why there is none.</param>
public sealed record IntentOutcome(RunHead? Head, Intent? Intent, bool Replayed, ApiProblem? Problem)
{
    /// <summary>There is none.</summary>
    public static IntentOutcome Of(ApiProblem problem) => new(null, null, false, problem);
}
