using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsFunctions.Api;
using OpsFunctions.Composition;
using OpsFunctions.Escalations;
using OpsFunctions.Middleware;
using OpsFunctions.Orchestrations;
using OpsFunctions.Problems;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using OpsManager.Storage.Index;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>Changes the thresholds and actions of a live run.</summary>
/// <param name="runs">Finds runs.</param>
/// <param name="store">The store.</param>
/// <param name="index">The list of runs.</param>
/// <param name="profiles">The profiles in force.</param>
/// <param name="signal">Has sinks told.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Logger.</param>
public sealed partial class PolicyFunctions(
    RunLookup runs,
    IRunStore store,
    IRunIndex index,
    ProfileSet profiles,
    NotificationSignal signal,
    IOptions<ApiOptions> options,
    TimeProvider time,
    ILogger<PolicyFunctions> logger)
{
    /// <summary>Changes the policy of a run.</summary>
    [Function("PatchPolicy")]
    public async Task<IResult> PatchAsync(
        [HttpTrigger(AuthorizationLevel.Function, "patch", Route = "runs/{runId}/policy")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
        string runId)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        var (body, caller, wrong) = await ChangeRequest.ReadAsync(request);
        if (wrong is not null)
        {
            return new ProblemResult(wrong);
        }

        var (head, missing) = await runs.FindAsync(runId, cancellationToken);
        if (head is null)
        {
            return new ProblemResult(missing!);
        }

        if (Refuse(request, head) is { } refused)
        {
            return new ProblemResult(refused);
        }

        var now = time.GetUtcNow();
        var (policy, note, wrongChange) = PolicyReader.ReadChange(head.Run.Policy, profiles.Find(head.Run.Spec.Profile), body, now);
        if (policy is null)
        {
            return new ProblemResult(wrongChange!);
        }

        var author = new PolicyAuthor(caller, note, now, RequestTrace.TraceParentOf(request.HttpContext));
        switch (await store.ChangePolicyAsync(head, policy, author, cancellationToken))
        {
            case WriteResult.Written written:
                if (written.Head.Run.Policy.MuteUntil != head.Run.Policy.MuteUntil)
                {
                    signal.Raise();
                }

                head = written.Head;
                PolicyChanged(logger, head.Run.Spec.RunId, head.PolicyChangeCount, RequestTrace.IdOf(request.HttpContext));
                await MakeKnownAsync(client, head, cancellationToken);
                break;
            case WriteResult.Repeated repeated:
                head = repeated.Head;
                break;
            case WriteResult.Stale:
                return new ProblemResult(Mismatch(head));
            default:
                return new ProblemResult((await runs.FindAsync(runId, cancellationToken)).Problem ?? Mismatch(head));
        }

        return new ApiResult<RunResource>
        {
            Body = RunResources.From(head, ApiLinks.For(request, options.Value.PublicBaseUrl), now),
            Headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["ETag"] = RunResources.ETag(head, now) },
        };
    }

    private static ApiProblem? Refuse(HttpRequest request, RunHead head)
    {
        if (head.Run.Lifecycle.State.IsTerminal())
        {
            return ApiProblem.Of(ProblemKinds.RunEnded, $"Run {head.Run.Spec.RunId} is {QueryReader.WordOf(head.Run.Lifecycle.State)}; its policy has nothing more to say.") with
            {
                RunId = head.Run.Spec.RunId,
            };
        }

        return ETags.IsRequired(request, etag => RunResources.IsETagOf(head, etag)) switch
        {
            null => ApiProblem.Of(ProblemKinds.PreconditionRequired, "Send If-Match with the ETag of the run as it was read, so that nobody's change is lost.") with { RunId = head.Run.Spec.RunId },
            false => Mismatch(head),
            true => null,
        };
    }

    private static ApiProblem Mismatch(RunHead head) =>
        ApiProblem.Of(ProblemKinds.PreconditionFailed, "The run has changed since it was read. Read it again, and send the change with its new ETag if it is still wanted.") with
        {
            RunId = head.Run.Spec.RunId,
        };

    /// <summary>The list shows the change, and the engine decides by it, at once; without this both would at the next decision.</summary>
    private async Task MakeKnownAsync(DurableTaskClient client, RunHead head, CancellationToken cancellationToken)
    {
        try
        {
            await index.SynchronizeAsync(head, cancellationToken);
            await client.RaiseEventAsync(head.Engine.InstanceId, LoopRunOrchestrator.WakeEvent, cancellation: cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            NotMadeKnown(logger, exception, head.Run.Spec.RunId);
        }
    }
}
