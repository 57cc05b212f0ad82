using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using OpsFunctions.Api;
using OpsManager.Storage.Notifications;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>Escalations of a run, open and resolved.</summary>
/// <param name="pages">Reads pages.</param>
/// <param name="store">The store.</param>
/// <param name="notifications">Silences.</param>
/// <param name="time">Clock.</param>
public sealed class EscalationsFunctions(PageReader pages, IRunStore store, INotificationStore notifications, TimeProvider time)
{
    /// <summary>Escalations, in order.</summary>
    [Function("ListEscalations")]
    public Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "runs/{runId}/escalations")] HttpRequest request,
        string runId) =>
        pages.ReadNumberedAsync(
            request,
            runId,
            "escalations",
            async (head, after, limit, cancellationToken) =>
            {
                var escalations = await store.ReadEscalationsAsync(head.Run.Spec.RunId, after, limit, cancellationToken);
                var silences = await notifications.ListSilencesAsync(cancellationToken);
                var now = time.GetUtcNow();
                return (IReadOnlyList<EscalationResource>)[.. escalations.Select(escalation =>
                    EscalationResource.From(escalation, head.Run.Spec, silences.Select(static silence => silence.Value), now))];
            },
            static escalation => escalation.Number,
            static head => head.Run.EscalationCount);
}
