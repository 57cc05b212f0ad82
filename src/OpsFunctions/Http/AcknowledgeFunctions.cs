using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using OpsFunctions.Api;
using OpsFunctions.Escalations;
using OpsFunctions.Middleware;
using OpsFunctions.Problems;
using OpsManager.Core.Escalations;
using OpsManager.Storage.Escalations;
using OpsManager.Storage.Index;
using OpsManager.Storage.Notifications;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>Says that somebody takes care of an escalation.</summary>
/// <param name="runs">Finds runs.</param>
/// <param name="escalations">Escalations, one by one.</param>
/// <param name="index">The list of runs.</param>
/// <param name="notifications">Silences.</param>
/// <param name="signal">Has sinks told.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Logger.</param>
public sealed partial class AcknowledgeFunctions(
    RunLookup runs,
    IEscalationStore escalations,
    IRunIndex index,
    INotificationStore notifications,
    NotificationSignal signal,
    TimeProvider time,
    ILogger<AcknowledgeFunctions> logger)
{
    /// <summary>Acknowledges. The first one stands; the same again answers it.</summary>
    [Function("AcknowledgeEscalation")]
    public async Task<IResult> AcknowledgeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "runs/{runId}/escalations/{number}/acknowledge")] HttpRequest request,
        string runId,
        string number)
    {
        var cancellationToken = request.HttpContext.RequestAborted;
        var (body, caller, wrong) = await ChangeRequest.ReadAsync(request);
        if (wrong is not null)
        {
            return new ProblemResult(wrong);
        }

        var (wanted, problem) = AcknowledgeReader.Read(body);
        if (wanted is null)
        {
            return new ProblemResult(problem!);
        }

        var (head, notFound) = await runs.FindAsync(runId, cancellationToken);
        if (head is null)
        {
            return new ProblemResult(notFound!);
        }

        var spec = head.Run.Spec;
        var now = time.GetUtcNow();
        var result = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var wantedNumber)
            ? await escalations.AcknowledgeAsync(spec.RunId, wantedNumber, new Acknowledgement(now, caller, wanted.Note), cancellationToken)
            : new AcknowledgeResult.NotFound();
        StoredEscalation escalation;
        switch (result)
        {
            case AcknowledgeResult.Acknowledged done:
                escalation = done.Escalation;
                Acknowledged(logger, spec.RunId, escalation.Number, escalation.Code, caller, RequestTrace.IdOf(request.HttpContext));
                signal.Raise();
                await SynchronizeAsync(done.Head, request, cancellationToken);
                break;
            case AcknowledgeResult.Repeated repeated:
                // The first may have come no further than its row.
                escalation = repeated.Escalation;
                signal.Raise();
                await SynchronizeAsync(repeated.Head, request, cancellationToken);
                break;
            default:
                return new ProblemResult(ApiProblem.Of(ProblemKinds.EscalationNotFound, $"Run {spec.RunId} has no such escalation."));
        }

        var silences = await notifications.ListSilencesAsync(cancellationToken);
        return new ApiResult<EscalationResource> { Body = EscalationResource.From(escalation, spec, silences.Select(silence => silence.Value), now) };
    }

    private async Task SynchronizeAsync(RunHead head, HttpRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await index.SynchronizeAsync(head, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The acknowledgement is stored; a list that is behind is repaired by the watchdog.
            IndexBehind(logger, exception, head.Run.Spec.RunId, head.Revision, RequestTrace.IdOf(request.HttpContext));
        }
    }
}
