using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using OpsFunctions.Api;
using OpsFunctions.Problems;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>Snapshots of a run.</summary>
/// <param name="runs">Finds runs.</param>
/// <param name="store">The store.</param>
/// <param name="pages">Reads pages.</param>
public sealed class SnapshotsFunctions(RunLookup runs, IRunStore store, PageReader pages)
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
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/snapshots")] HttpRequest request,
        string runId) =>
        pages.ReadAsync(
            request,
            runId,
            new PagedRoute<long?>("snapshots", "before", static query => query.Count("before"), MaximumLimit: 100, DefaultLimit: 20),
            async (head, before, limit, cancellationToken) =>
            {
                var snapshots = await store.ReadSnapshotsAsync(head.Run.Spec.RunId, before, limit, cancellationToken);
                var next = snapshots.Count == limit && snapshots[^1].Sequence > 1 ? FormattableString.Invariant($"{snapshots[^1].Sequence}") : null;
                return new Page<SnapshotResource>([.. snapshots.Select(snapshot => From(head, snapshot))], next);
            });

    private static SnapshotResource From(RunHead head, StoredSnapshot snapshot) => new()
    {
        Sequence = snapshot.Sequence,
        ReceivedAt = snapshot.ReceivedAt,
        EventSequence = snapshot.EventSequence,
        EventCursor = EventCursor.After(head, snapshot.EventSequence).ToString(),
        Envelope = new RawJson(snapshot.Envelope),
    };
}
