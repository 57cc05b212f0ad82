using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsFunctions.Api;
using OpsFunctions.Composition;
using OpsFunctions.Middleware;
using OpsFunctions.Problems;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Purging;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>Deletes runs that have ended.</summary>
/// <param name="purge">Deletes.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Logger.</param>
public sealed partial class DeleteRunFunctions(IRunPurge purge, IOptions<ApiOptions> options, TimeProvider time, ILogger<DeleteRunFunctions> logger)
{
    // The reaper comes by once a minute.
    private const string RetryAfterSeconds = "60";

    /// <summary>Marks a run for deletion. The reaper carries it out.</summary>
    [Function("DeleteRun")]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = "runs/{runId}")] HttpRequest request,
        string runId)
    {
        var query = new QueryReader(request, "releaseClaim");
        var releaseClaim = query.Truth("releaseClaim") ?? false;
        if (query.Problem is { } wrongQuery)
        {
            return new ProblemResult(wrongQuery);
        }

        if (!Callers.TryRead(request, out var caller, out var wrongCaller))
        {
            return new ProblemResult(wrongCaller!);
        }

        if (!RunId.TryParse(runId, out var id))
        {
            return new ProblemResult(RunLookup.NotFound(runId));
        }

        var links = ApiLinks.For(request, options.Value.PublicBaseUrl);
        var order = new PurgeOrder(time.GetUtcNow(), PurgeCauses.Request, caller ?? Callers.Unnamed, releaseClaim);
        switch (await purge.MarkAsync(id, order, request.HttpContext.RequestAborted))
        {
            case PurgeMarking.Marked marked:
                Tell(marked.Head, order, RequestTrace.IdOf(request.HttpContext));
                return Accepted(links, id);
            case PurgeMarking.AlreadyMarked:
                return Accepted(links, id);
            case PurgeMarking.NotEnded notEnded:
                return new ProblemResult(ApiProblem.Of(
                    ProblemKinds.RunNotEnded,
                    $"Run {id} is {QueryReader.WordOf(notEnded.State)}; only an ended run can be deleted. Cancel it first.") with
                {
                    RunId = id,
                    State = notEnded.State,
                    Links = new Dictionary<string, string>(StringComparer.Ordinal) { ["run"] = links.Run(id) },
                });
            case PurgeMarking.ClaimHeld held:
                return new ProblemResult(ApiProblem.Of(
                    ProblemKinds.ClaimHeld,
                    $"Run {id} ended without proof that nothing of it lives on sprite {held.Sprite}, and holds the sprite until there is one. "
                        + "Make sure that no process of it is left there, then repeat with releaseClaim=true.") with
                {
                    RunId = id,
                    Links = new Dictionary<string, string>(StringComparer.Ordinal) { ["run"] = links.Run(id) },
                });
            default:
                return new ProblemResult(RunLookup.NotFound(runId));
        }
    }

    private static EmptyResult Accepted(ApiLinks links, RunId runId) =>
        new(StatusCodes.Status202Accepted, ("Location", links.Run(runId)), ("Retry-After", RetryAfterSeconds));

    private void Tell(RunHead head, PurgeOrder order, string traceId)
    {
        var spec = head.Run.Spec;
        if (order.ReleaseClaim && head.Run.Lifecycle.Quiescence != Quiescence.Proven)
        {
            ClaimReleased(logger, spec.RunId, spec.Sprite.Name, order.By, traceId);
        }
        else
        {
            PurgeOrdered(logger, spec.RunId, order.By, traceId);
        }
    }
}
