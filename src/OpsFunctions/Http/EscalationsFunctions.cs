using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>Escalations of a run, open and resolved.</summary>
/// <param name="pages">Reads pages.</param>
/// <param name="store">The store.</param>
public sealed class EscalationsFunctions(PageReader pages, IRunStore store)
{
    /// <summary>Escalations, in order.</summary>
    [Function("ListEscalations")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/escalations")] HttpRequest request,
        string runId) =>
        pages.ReadNumberedAsync(
            request,
            runId,
            "escalations",
            (head, after, limit, cancellationToken) => store.ReadEscalationsAsync(head.Run.Spec.RunId, after, limit, cancellationToken),
            static escalation => escalation.Number,
            static head => head.Run.EscalationCount);
}
