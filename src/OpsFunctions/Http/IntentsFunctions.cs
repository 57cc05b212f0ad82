using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using OpsFunctions.Api;
using OpsFunctions.Composition;
using OpsFunctions.Middleware;
using OpsFunctions.Orchestrations;
using OpsFunctions.Problems;
using OpsFunctions.Telemetry;
using OpsManager.Core.Intents;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>What is asked of a run: ask, list, read.</summary>
/// <param name="intake">Takes requests.</param>
/// <param name="waker">Wakes engines.</param>
/// <param name="runs">Finds runs.</param>
/// <param name="pages">Reads pages.</param>
/// <param name="store">The store.</param>
/// <param name="options">Settings.</param>
public sealed class IntentsFunctions(
    IntentIntake intake, EngineWaker waker, RunLookup runs, PageReader pages, IRunStore store, IOptions<ApiOptions> options)
{
    /// <summary>Header with the address at which the intent is followed.</summary>
    public const string OperationLocationHeader = "Operation-Location";

    private const string RetryAfterSeconds = "1";

    /// <summary>Asks something of a run.</summary>
    [Function("AskIntent")]
    public async Task<IResult> AskAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{runId}/intents")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string runId)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        var (ask, key, caller, problem) = await ReadAsync(request);
        if (problem is not null)
        {
            return new ProblemResult(problem);
        }

        var links = ApiLinks.For(request, options.Value.PublicBaseUrl);
        using var span = OpsTelemetry.StartSpan("run.intent.ask", ActivityKind.Internal, RequestTrace.TraceParentOf(request.HttpContext));
        var random = IntentIds.Random();
        var outcome = await intake.AskAsync(
            runId,
            head => new IntentRequest
            {
                Id = key is null ? random : IntentIds.FromKey(head.Run.Spec.RunId, key),
                Verb = ask!.Verb,
                By = caller!,
                Note = ask.Note,
                Candidate = ask.Candidate,
                TraceParent = span.Id,
                RequestHash = HashOf(ask),
            },
            head => ETags.Allows(request, etag => RunResources.IsETagOf(head, etag)),
            links,
            cancellationToken);
        if (outcome is not { Head: { } head, Intent: { } intent })
        {
            return new ProblemResult(outcome.Problem!);
        }

        var id = head.Run.Spec.RunId;
        span.SetTag(TelemetryTags.RunId, id.Value);
        span.SetTag(TelemetryTags.Intent, intent.Id.Value);
        if (!intent.IsFinal || !outcome.Replayed)
        {
            // Also of a request that is repeated: the first one may have died before it came to this.
            await waker.WakeAsync(client, head, intent, !outcome.Replayed, cancellationToken);
        }

        var resource = IntentResource.From(id, intent, links);
        var headers = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Location"] = resource.Link,
            [OperationLocationHeader] = resource.Link,
            ["Retry-After"] = RetryAfterSeconds,
        };
        if (outcome.Replayed)
        {
            headers[IdempotencyKeys.ReplayedHeader] = "true";
        }

        return new ApiResult<IntentResource> { Status = StatusCodes.Status202Accepted, Body = resource, Headers = headers };
    }

    /// <summary>Intents, in the order in which they were asked.</summary>
    [Function("ListIntents")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/intents")] HttpRequest request,
        string runId)
    {
        var links = ApiLinks.For(request, options.Value.PublicBaseUrl);
        return pages.ReadNumberedAsync(
            request,
            runId,
            "intents",
            async (head, after, limit, cancellationToken) =>
            {
                var id = head.Run.Spec.RunId;
                var intents = await store.ReadIntentsAsync(id, after, limit, cancellationToken);
                return (IReadOnlyList<IntentResource>)[.. intents.Select(intent => IntentResource.From(id, intent, links))];
            },
            static intent => intent.Number,
            static head => head.Run.IntentCount);
    }

    /// <summary>Reads one intent.</summary>
    [Function("GetIntent")]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/intents/{intentId}")] HttpRequest request,
        string runId,
        string intentId)
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

        var id = head.Run.Spec.RunId;
        var intent = IntentId.TryParse(intentId, out var parsed) ? await store.FindIntentAsync(id, parsed, cancellationToken) : null;
        if (intent is null)
        {
            return new ProblemResult(ApiProblem.Of(ProblemKinds.IntentNotFound, $"Run {id} has no such intent.") with { RunId = id });
        }

        return new ApiResult<IntentResource> { Body = IntentResource.From(id, intent, ApiLinks.For(request, options.Value.PublicBaseUrl)) };
    }

    private static async Task<(AskIntentRequest? Ask, string? Key, string? Caller, ApiProblem? Problem)> ReadAsync(HttpRequest request)
    {
        if (!IdempotencyKeys.TryRead(request, out var key, out var wrongKey))
        {
            return (null, null, null, wrongKey);
        }

        var (body, caller, wrong) = await ChangeRequest.ReadAsync(request);
        if (wrong is not null)
        {
            return (null, null, null, wrong);
        }

        var (ask, refused) = IntentReader.Read(body);
        return (ask, key, caller, refused);
    }

    // Of the request as understood: spelling out an absent member is the same request.
    private static string HashOf(AskIntentRequest ask) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(ask, ApiJson.Options)));
}
