using Microsoft.Extensions.Logging;
using OpsFunctions.Api;
using OpsFunctions.Middleware;
using OpsFunctions.Problems;
using OpsFunctions.Telemetry;
using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Storage.Index;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>
/// Takes what is asked of a run. It is judged by the head that it is stored on: when somebody else writes in between it is judged
/// again. Waking the engine is the caller's, afterwards: what is stored is found by the next poll in any case.
/// </summary>
/// <param name="runs">Finds runs.</param>
/// <param name="store">The store.</param>
/// <param name="index">The list of runs.</param>
/// <param name="telemetry">Tells what is stored.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Logger.</param>
public sealed partial class IntentIntake(
    RunLookup runs, IRunStore store, IRunIndex index, DecisionTelemetry telemetry, TimeProvider time, ILogger<IntentIntake> logger)
{
    // A run is written a few times in a cycle; so many meetings in a row mean that something else is wrong.
    private const int Attempts = 12;

    /// <summary>Takes a request, or says why not. A refusal stores nothing.</summary>
    /// <param name="runId">The run, as the route names it.</param>
    /// <param name="request">Makes the request of a run.</param>
    /// <param name="precondition">Whether the run is as the caller last saw it.</param>
    /// <param name="links">Addresses for refusals.</param>
    /// <param name="cancellationToken">Cancels before anything is stored.</param>
    public Task<IntentOutcome> AskAsync(
        string runId, Func<RunHead, IntentRequest> request, Func<RunHead, bool> precondition, ApiLinks links, CancellationToken cancellationToken) =>
        TryAsync(
            runId,
            request,
            (head, asked) =>
                !precondition(head) ? ApiProblem.Of(ProblemKinds.PreconditionFailed, $"The run is at revision {head.Revision}; read it again.") with { RunId = head.Run.Spec.RunId }
                : IntentAdmission.Refuse(head.Run, asked, Now(head)) is { } refused ? IntentProblems.Refused(refused, head.Run, links, Now(head))
                : null,
            cancellationToken);

    /// <summary>Takes a request of somebody to whom nothing can be answered: what is not possible is kept as a refused intent.</summary>
    public Task<IntentOutcome> KeepAsync(string runId, IntentRequest request, CancellationToken cancellationToken) =>
        TryAsync(runId, _ => request, static (_, _) => null, cancellationToken);

    private async Task<IntentOutcome> TryAsync(
        string runId, Func<RunHead, IntentRequest> request, Func<RunHead, IntentRequest, ApiProblem?> refuse, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var (head, problem) = await runs.FindAsync(runId, cancellationToken);
            if (head is null)
            {
                return IntentOutcome.Of(problem!);
            }

            // Also after an attempt whose outcome is not known: the intent may be there.
            var asked = request(head);
            if (await store.FindIntentAsync(head.Run.Spec.RunId, asked.Id, cancellationToken) is { } known)
            {
                return known.RequestHash == asked.RequestHash
                    ? new IntentOutcome(head, known, attempt == 0, null)
                    : IntentOutcome.Of(ApiProblem.Of(
                        ProblemKinds.IdempotencyKeyReused,
                        $"This key belongs to intent {known.Id} of the run, which was asked for with another body. Use a new key for a new intent.") with
                    { RunId = head.Run.Spec.RunId });
            }

            if (refuse(head, asked) is { } refusal)
            {
                return IntentOutcome.Of(refusal);
            }

            if (await StoreAsync(head, asked, cancellationToken) is { } outcome)
            {
                return outcome;
            }
        }

        return IntentOutcome.Of(ApiProblem.Of(ProblemKinds.StoreUnavailable, "The run changed at every attempt to store the intent.") with { RetryAfterSeconds = 1 });
    }

    /// <summary>Stores the intent on the head it was judged by; null if somebody else wrote meanwhile, or another engine took over.</summary>
    private async Task<IntentOutcome?> StoreAsync(RunHead head, IntentRequest asked, CancellationToken cancellationToken)
    {
        var runId = head.Run.Spec.RunId;
        var decision = RunDecider.Decide(head.Run, new DecisionInput.IntentRequested(asked), Now(head));
        var stored = await store.ApplyAsync(runId, head.Engine, new ApplyRequest($"intent-{asked.Id}", head.Revision, decision), cancellationToken) switch
        {
            WriteResult.Written written => written.Head,
            WriteResult.Repeated repeated => repeated.Head,
            _ => null,
        };
        if (stored is null)
        {
            return null;
        }

        var intent = decision.Intents.Single(changed => changed.Id == asked.Id);
        var traceId = RequestTrace.IdOf(intent.TraceParent ?? head.Run.Spec.TraceParent);
        Taken(logger, intent.Id, runId, intent.Verb, intent.By, intent.Status, traceId);
        telemetry.Stored(decision, repeated: false);
        if (decision.Transitions.Count > 0)
        {
            await SynchronizeAsync(stored, cancellationToken);
        }

        return new IntentOutcome(stored, intent, false, null);
    }

    private async Task SynchronizeAsync(RunHead head, CancellationToken cancellationToken)
    {
        try
        {
            await index.SynchronizeAsync(head, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The intent is stored; a list that is behind is repaired by the watchdog.
            IndexBehind(logger, exception, head.Run.Spec.RunId, head.Revision, RequestTrace.IdOf(head.Run.Spec.TraceParent));
        }
    }

    private DateTimeOffset Now(RunHead head)
    {
        var now = time.GetUtcNow();
        return now > head.Run.DecidedAt ? now : head.Run.DecidedAt;
    }
}
