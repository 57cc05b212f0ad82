using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsFunctions.Api;
using OpsFunctions.Composition;
using OpsFunctions.Middleware;
using OpsFunctions.Orchestrations;
using OpsFunctions.Problems;
using OpsFunctions.Telemetry;
using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;
using OpsManager.Storage.Index;

namespace OpsFunctions.Http;

/// <summary>Loop Runs: start or attach, list, read.</summary>
/// <param name="reader">Reads the request to create a run.</param>
/// <param name="creation">Accepts runs.</param>
/// <param name="engines">Starts orchestrations.</param>
/// <param name="runs">Finds runs.</param>
/// <param name="index">The list of runs.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Logger.</param>
public sealed partial class RunsFunctions(
    CreateRunReader reader,
    RunCreation creation,
    EngineStarter engines,
    RunLookup runs,
    IRunIndex index,
    IOptions<ApiOptions> options,
    TimeProvider time,
    ILogger<RunsFunctions> logger)
{
    private const string RetryAfterSeconds = "2";

    /// <summary>Starts or attaches to a Loop Run.</summary>
    [Function("CreateRun")]
    public async Task<IResult> CreateAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs")] HttpRequest request,
        [DurableClient] DurableTaskClient client)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        var query = new QueryReader(request);
        if (query.Problem is { } wrongQuery)
        {
            return new ProblemResult(wrongQuery);
        }

        if (!IdempotencyKeys.TryRead(request, out var key, out var wrongKey))
        {
            return new ProblemResult(wrongKey!);
        }

        if (!Callers.TryRead(request, out var caller, out var wrongCaller))
        {
            return new ProblemResult(wrongCaller!);
        }

        var (body, wrongBody) = await RequestBody.ReadAsync(request);
        if (wrongBody is not null)
        {
            return new ProblemResult(wrongBody);
        }

        var (create, refused) = reader.Read(body);
        if (create is null)
        {
            return new ProblemResult(refused!);
        }

        var links = ApiLinks.For(request, options.Value.PublicBaseUrl);
        var traceId = RequestTrace.IdOf(request.HttpContext);
        using var span = OpsTelemetry.StartSpan("run.start", ActivityKind.Internal, RequestTrace.TraceParentOf(request.HttpContext));
        var (head, replayed, problem) = await creation.CreateAsync(create, key, caller, span.Id!, traceId, links, cancellationToken);
        if (head is null)
        {
            return new ProblemResult(problem!);
        }

        var runId = head.Run.Spec.RunId;
        span.SetTag(TelemetryTags.RunId, runId.Value);
        if (!head.Run.Lifecycle.State.IsTerminal())
        {
            try
            {
                await engines.EnsureStartedAsync(client, head, cancellationToken);
            }
            catch (Exception exception)
            {
                // The run is stored and the watchdog starts what is not running: the caller has what was asked for.
                StartFailed(logger, exception, runId, traceId);
            }
        }

        var now = time.GetUtcNow();
        var headers = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Location"] = links.Run(runId),
            ["Retry-After"] = RetryAfterSeconds,
            ["ETag"] = RunResources.ETag(head, now),
        };
        if (replayed)
        {
            headers[IdempotencyKeys.ReplayedHeader] = "true";
        }

        return new ApiResult<RunResource> { Status = StatusCodes.Status202Accepted, Body = RunResources.From(head, links, now), Headers = headers };
    }

    /// <summary>Lists Loop Runs, newest first.</summary>
    [Function("ListRuns")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs")] HttpRequest request)
    {
        var query = new QueryReader(request, "state", "health", "workspace", "repo", "label", "needsAttention", "limit", "continuation");
        var filter = new RunFilter
        {
            State = query.Word<LifecycleState>("state"),
            Health = query.Word<HealthVerdict>("health"),
            Workspace = query.Text("workspace", 128),
            Repo = query.Text("repo", 1024),
            Label = query.Text("label", 320),
            NeedsAttention = query.Truth("needsAttention"),
        };
        var limit = query.Number("limit", 1, 200, 50);
        var continuation = query.Text("continuation", 4096);
        if (query.Problem is { } wrongQuery)
        {
            return new ProblemResult(wrongQuery);
        }

        RunListPage page;
        try
        {
            page = await index.ListAsync(filter, continuation, limit, request.HttpContext.RequestAborted);
        }
        catch (InvalidContinuationException)
        {
            return InvalidContinuation();
        }

        var links = ApiLinks.For(request, options.Value.PublicBaseUrl);
        var nextLink = page.Continuation is null
            ? null
            : links.Root + "/runs" + QueryString(request, limit, page.Continuation);
        return new ApiResult<PagedList<RunSummary>>
        {
            Body = new PagedList<RunSummary>([.. page.Items.Select(item => RunSummary.From(item, links))], nextLink),
        };
    }

    /// <summary>Reads one Loop Run.</summary>
    [Function("GetRun")]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}")] HttpRequest request,
        string runId)
    {
        var query = new QueryReader(request);
        if (query.Problem is { } wrongQuery)
        {
            return new ProblemResult(wrongQuery);
        }

        var (head, problem) = await runs.FindAsync(runId, request.HttpContext.RequestAborted);
        if (head is null)
        {
            return new ProblemResult(problem!);
        }

        var now = time.GetUtcNow();
        var etag = RunResources.ETag(head, now);
        if (ETags.Matches(request, etag))
        {
            return new EmptyResult(StatusCodes.Status304NotModified, ("ETag", etag));
        }

        return new ApiResult<RunResource>
        {
            Body = RunResources.From(head, ApiLinks.For(request, options.Value.PublicBaseUrl), now),
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["ETag"] = etag },
        };
    }

    private static ProblemResult InvalidContinuation() => new(ApiProblem.Of(
    [
        new FieldError(
            "continuation",
            ProblemKinds.InvalidContinuation.Code,
            "It is no continuation of this list.",
            "Follow nextLink as it is; start again without it when the filter changes."),
    ]));

    private static string QueryString(HttpRequest request, int limit, string continuation)
    {
        var parameters = request.Query
            .Where(pair => pair.Key is "state" or "health" or "workspace" or "repo" or "label" or "needsAttention")
            .Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value.ToString()))
            .Append(KeyValuePair.Create("limit", (string?)limit.ToString(System.Globalization.CultureInfo.InvariantCulture)))
            .Append(KeyValuePair.Create("continuation", (string?)continuation));
        return Microsoft.AspNetCore.Http.QueryString.Create(parameters).ToUriComponent();
    }
}
