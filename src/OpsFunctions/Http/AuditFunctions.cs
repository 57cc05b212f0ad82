using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using OpsFunctions.Api;
using OpsFunctions.Composition;

namespace OpsFunctions.Http;

/// <summary>The audit trail of a run: one call says who did what, when, why, and whether it happened.</summary>
/// <param name="pages">Reads pages.</param>
/// <param name="trail">Tells the story.</param>
/// <param name="options">Settings.</param>
public sealed class AuditFunctions(PageReader pages, AuditTrail trail, IOptions<ApiOptions> options)
{
    private const int MaximumPositionLength = 256;

    /// <summary>Entries, in the order of time.</summary>
    [Function("ListAudit")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/audit")] HttpRequest request,
        string runId)
    {
        var links = ApiLinks.For(request, options.Value.PublicBaseUrl);
        return pages.ReadAsync(
            request,
            runId,
            new PagedRoute<AuditPosition?>("audit", "after", ReadPosition, PageReader.MaximumLimit, PageReader.DefaultLimit),
            (head, after, limit, cancellationToken) => trail.ReadAsync(head.Run.Spec.RunId, after, limit, links, cancellationToken));
    }

    private static AuditPosition? ReadPosition(QueryReader query)
    {
        if (query.Text("after", MaximumPositionLength) is not { } text)
        {
            return null;
        }

        if (AuditPosition.TryParse(text, out var position))
        {
            return position;
        }

        query.Refuse("after", "It is no position of this list.", "Follow nextLink as it is.");
        return null;
    }
}
