using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using OpsFunctions.Api;
using OpsFunctions.Middleware;
using OpsFunctions.Orchestrations;
using OpsFunctions.Problems;
using OpsFunctions.Telemetry;
using OpsManager.Core.Lifecycle;

namespace OpsFunctions.Http;

/// <summary>Asks for a poll now. A function of its own, so that a sprite's key for it opens nothing else.</summary>
/// <param name="runs">Finds runs.</param>
/// <param name="gate">Joins nudges.</param>
/// <param name="logger">Logger.</param>
public sealed partial class NudgeFunctions(RunLookup runs, NudgeGate gate, ILogger<NudgeFunctions> logger)
{
    /// <summary>Wakes the run's engine.</summary>
    [Function("NudgeRun")]
    public async Task<IResult> NudgeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{runId}/nudge")] HttpRequest request,
        [DurableClient] DurableTaskClient client,
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

        // The answer is the same for a run that has ended: whoever may only nudge learns nothing about it.
        if (!head.Run.Lifecycle.State.IsTerminal() && gate.TryPass(head.Run.Spec.RunId))
        {
            using var span = OpsTelemetry.StartSpan("run.nudge", ActivityKind.Producer, head.Run.Spec.TraceParent);
            span.SetTag(TelemetryTags.RunId, head.Run.Spec.RunId.Value);
            try
            {
                await client.RaiseEventAsync(head.Engine.InstanceId, LoopRunOrchestrator.WakeEvent, cancellation: cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // A nudge only hurries a poll that comes anyway; an engine that is missing is the watchdog's business.
                NudgeLost(logger, exception, head.Run.Spec.RunId, RequestTrace.IdOf(request.HttpContext));
            }
        }

        return new EmptyResult(StatusCodes.Status202Accepted);
    }
}
