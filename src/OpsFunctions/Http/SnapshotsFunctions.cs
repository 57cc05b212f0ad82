using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using OpsFunctions.Api;
using OpsFunctions.Composition;
using OpsFunctions.Problems;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>Snapshots of a run.</summary>
/// <param name="runs">Finds runs.</param>
/// <param name="store">The store.</param>
/// <param name="options">Settings.</param>
public sealed class SnapshotsFunctions(RunLookup runs, IRunStore store, IOptions<ApiOptions> options)
{
    /// <summary>The latest stored snapshot.</summary>
    [Function("GetSnapshot")]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/snapshot")] HttpRequest request,
        string runId)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        if (new QueryReader(request).Problem is { } wrongQuery)
        {
            return new ProblemResult(wrongQuery);
        }

        var (head, problem) = await runs.FindAsync(runId, cancellationToken);
        if (head is null)
        {
            return new ProblemResult(problem!);
        }

        var snapshot = await store.FindLatestSnapshotAsync(head.Run.Spec.RunId, cancellationToken);
        if (snapshot is null)
        {
            return new ProblemResult(ApiProblem.Of(ProblemKinds.SnapshotNotFound, "No poll of the adapter has succeeded yet; the run says why."));
        }

        var etag = $"\"s{snapshot.Sequence}\"";
        if (ETags.Matches(request, etag))
        {
            return new EmptyResult(StatusCodes.Status304NotModified, ("ETag", etag));
        }

        return new ApiResult<SnapshotResource>
        {
            Body = From(head, snapshot),
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["ETag"] = etag },
        };
    }

    /// <summary>Stored snapshots, newest first.</summary>
    [Function("ListSnapshots")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/snapshots")] HttpRequest request,
        string runId)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        var query = new QueryReader(request, "before", "limit");
        var before = query.Count("before");
        var limit = query.Number("limit", 1, 100, 20);
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
        var snapshots = await store.ReadSnapshotsAsync(id, before, limit, cancellationToken);
        string? nextLink = null;
        if (snapshots.Count == limit && snapshots[^1].Sequence > 1)
        {
            var links = ApiLinks.For(request, options.Value.PublicBaseUrl);
            nextLink = string.Create(CultureInfo.InvariantCulture, $"{links.Run(id, "snapshots")}?before={snapshots[^1].Sequence}&limit={limit}");
        }

        return new ApiResult<PagedList<SnapshotResource>>
        {
            Body = new PagedList<SnapshotResource>([.. snapshots.Select(snapshot => From(head, snapshot))], nextLink),
        };
    }

    private static SnapshotResource From(RunHead head, StoredSnapshot snapshot) => new()
    {
        Sequence = snapshot.Sequence,
        ReceivedAt = snapshot.ReceivedAt,
        EventSequence = snapshot.EventSequence,
        EventCursor = EventCursor.After(head, snapshot.EventSequence).ToString(),
        Envelope = new RawJson(snapshot.Envelope),
    };
}
