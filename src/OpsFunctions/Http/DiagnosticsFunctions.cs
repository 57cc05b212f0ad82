using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using OpsFunctions.Activities.Diagnostics;
using OpsFunctions.Api;
using OpsFunctions.Composition;
using OpsFunctions.Problems;
using OpsManager.Storage.Diagnostics;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>Diagnostics of a run.</summary>
/// <param name="runs">Finds runs.</param>
/// <param name="diagnostics">Diagnostics that were kept.</param>
/// <param name="capture">Takes new ones.</param>
/// <param name="options">Settings.</param>
public sealed class DiagnosticsFunctions(
    RunLookup runs, IDiagnosticsStore diagnostics, DiagnosticsCapture capture, IOptions<ApiOptions> options)
{
    private const int LastEvents = 100;

    /// <summary>What was kept at every end and before every relaunch, and on demand what there is now.</summary>
    [Function("GetDiagnostics")]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/diagnostics")] HttpRequest request,
        string runId)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        var query = new QueryReader(request, "refresh", "before", "limit");
        var refresh = query.Truth("refresh") ?? false;
        var before = query.Number("before", 0, int.MaxValue, int.MaxValue);
        var limit = query.Number("limit", 1, 50, 10);
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
        var end = (int)Math.Min(before, DiagnosticsCapture.LatestAttempt(head) + 1L);
        var found = (await diagnostics.ReadAsync(id, end, limit, cancellationToken)).Select(AttemptDiagnosticsResource.From).ToList();
        if (refresh)
        {
            found.Insert(0, AttemptDiagnosticsResource.From(await capture.AskAsync(head, DiagnosticsCause.Request, cancellationToken)));
        }

        var links = ApiLinks.For(request, options.Value.PublicBaseUrl);
        var next = end - limit > 1 ? string.Create(CultureInfo.InvariantCulture, $"{links.Run(id, "diagnostics")}?before={end - limit}&limit={limit}") : null;
        return new ApiResult<DiagnosticsResource>
        {
            Body = new DiagnosticsResource(found, next, StandIns(head, links)),

            // What a process printed is nobody's to cache.
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["Cache-Control"] = "no-store" },
        };
    }

    private static Dictionary<string, string> StandIns(RunHead head, ApiLinks links)
    {
        var id = head.Run.Spec.RunId;
        var cursor = EventCursor.After(head, Math.Max(0, head.StoredThrough - LastEvents));
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["run"] = links.Run(id),
            ["snapshot"] = links.Run(id, "snapshot"),
            ["events"] = $"{links.Run(id, "events")}?after={Uri.EscapeDataString(cursor.ToString())}&limit={LastEvents}",
        };
    }
}
