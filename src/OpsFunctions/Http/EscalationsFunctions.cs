using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using OpsFunctions.Api;
using OpsFunctions.Composition;
using OpsFunctions.Problems;
using OpsManager.Storage.Notifications;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>Escalations of a run, open and resolved.</summary>
/// <param name="runs">Finds runs.</param>
/// <param name="store">The store.</param>
/// <param name="notifications">Silences.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock.</param>
public sealed class EscalationsFunctions(RunLookup runs, IRunStore store, INotificationStore notifications, IOptions<ApiOptions> options, TimeProvider time)
{
    /// <summary>Escalations, in order.</summary>
    [Function("ListEscalations")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/escalations")] HttpRequest request,
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
        var escalations = await store.ReadEscalationsAsync(id, after, limit, cancellationToken);
        string? nextLink = null;
        if (escalations.Count == limit && escalations[^1].Number < head.Run.EscalationCount)
        {
            var links = ApiLinks.For(request, options.Value.PublicBaseUrl);
            nextLink = string.Create(CultureInfo.InvariantCulture, $"{links.Run(id, "escalations")}?after={escalations[^1].Number}&limit={limit}");
        }

        var silences = await notifications.ListSilencesAsync(cancellationToken);
        var now = time.GetUtcNow();
        var shown = escalations.Select(escalation => EscalationResource.From(escalation, head.Run.Spec, silences.Select(silence => silence.Value), now)).ToArray();
        return new ApiResult<PagedList<EscalationResource>> { Body = new PagedList<EscalationResource>(shown, nextLink) };
    }
}
