using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>The lifecycle steps of a run.</summary>
/// <param name="pages">Reads pages.</param>
/// <param name="store">The store.</param>
public sealed class TransitionsFunctions(PageReader pages, IRunStore store)
{
    /// <summary>Transitions, in order.</summary>
    [Function("ListTransitions")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/transitions")] HttpRequest request,
        string runId) =>
        pages.ReadNumberedAsync(
            request,
            runId,
            "transitions",
            (head, after, limit, cancellationToken) => store.ReadTransitionsAsync(head.Run.Spec.RunId, after, limit, cancellationToken),
            static transition => transition.Number,
            static head => head.Run.TransitionCount);
}
