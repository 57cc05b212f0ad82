using OpsFunctions.Problems;
using OpsManager.Core.Runs;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>Finds the run a route names.</summary>
/// <param name="store">The store.</param>
public sealed class RunLookup(IRunStore store)
{
    /// <summary>The run's head, or the problem to answer with.</summary>
    public async Task<(RunHead? Head, ApiProblem? Problem)> FindAsync(string runId, CancellationToken cancellationToken)
    {
        // An id outside the alphabet names no run: the answer is the same, and it never reaches a key in the store.
        var head = RunId.TryParse(runId, out var id) ? await store.FindAsync(id, cancellationToken) : null;
        return head switch
        {
            null => (null, NotFound(runId)),
            { Purging: true } => (null, ApiProblem.Of(ProblemKinds.RunPurging, $"Run {id} is being deleted and can no longer be read.") with { RunId = id }),
            _ => (head, null),
        };
    }

    /// <summary>The problem of a run that does not exist.</summary>
    public static ApiProblem NotFound(string runId) => ApiProblem.Of(
        ProblemKinds.RunNotFound,
        RunId.TryParse(runId, out var id) ? $"There is no run {id}." : $"This is no run id: {RunId.Rule}.");
}
