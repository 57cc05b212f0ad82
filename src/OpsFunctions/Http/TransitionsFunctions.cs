using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using OpsFunctions.Api;
using OpsFunctions.Composition;
using OpsFunctions.Problems;
using OpsManager.Core.Lifecycle;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>The lifecycle steps of a run: its audit trail.</summary>
/// <param name="runs">Finds runs.</param>
/// <param name="store">The store.</param>
/// <param name="options">Settings.</param>
public sealed class TransitionsFunctions(RunLookup runs, IRunStore store, IOptions<ApiOptions> options)
{
    /// <summary>Transitions, in order.</summary>
    [Function("ListTransitions")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/transitions")] HttpRequest request,
        string runId)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        var query = new QueryReader(request, "after", "limit");
        var after = query.Count("after") ?? 0;
        var limit = query.Number("limit", 1, 500, 100);
        if (query.Problem is { } wrongQuery)
        {
            return new ProblemResult(wrongQuery);
        }

        var (head, problem) = await runs.FindAsync(runId, cancellationToken);
        if (head is null)
        {
            return new ProblemResult(problem!);
        }

        var id = head.Run.Spec.RunId;
        var transitions = await store.ReadTransitionsAsync(id, after, limit, cancellationToken);
        string? nextLink = null;
        if (transitions.Count == limit && transitions[^1].Number < head.Run.TransitionCount)
        {
            var links = ApiLinks.For(request, options.Value.PublicBaseUrl);
            nextLink = string.Create(CultureInfo.InvariantCulture, $"{links.Run(id, "transitions")}?after={transitions[^1].Number}&limit={limit}");
        }

        return new ApiResult<PagedList<Transition>> { Body = new PagedList<Transition>(transitions, nextLink) };
    }
}
