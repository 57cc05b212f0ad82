using OpsManager.Core.Escalations;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Notifications;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Escalations;

/// <inheritdoc cref="IEscalationStore"/>
internal sealed class EscalationStore(IStorageGateway gateway, NotificationMarkers markers) : IEscalationStore
{
    // Each round is lost only to somebody else's progress, which polls make every few seconds.
    private const int Attempts = 16;

    private readonly HeadWriter _heads = new(gateway);

    /// <inheritdoc/>
    public async Task<StoredEscalation?> FindAsync(RunId runId, long number, CancellationToken cancellationToken) =>
        number > 0 && await gateway.FindAsync(StorageTable.LoopRuns, runId.Value, RowKeys.Escalation(number), cancellationToken) is { } row
            ? await EscalationRows.ReadAsync(row, gateway, cancellationToken)
            : null;

    /// <inheritdoc/>
    public async Task<AcknowledgeResult> AcknowledgeAsync(RunId runId, long number, Acknowledgement acknowledgement, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var head = await HeadRow.FindAsync(gateway, runId, cancellationToken);
            var escalation = await FindAsync(runId, number, cancellationToken);
            if (head is null or { Purging: true } || escalation is null)
            {
                return new AcknowledgeResult.NotFound();
            }

            if (escalation.Acknowledgement is { } known)
            {
                // The same one again after an answer that was lost is not told apart from a second person's: both find the first.
                return known == acknowledgement ? new AcknowledgeResult.Acknowledged(head, escalation) : new AcknowledgeResult.Repeated(escalation);
            }

            await markers.WriteAsync(runId, $"acknowledge-{number}", head.Revision, [new EscalationMention(number, escalation.Code)], cancellationToken);
            var at = head.Run.Escalations.Select((open, index) => (open, index)).FirstOrDefault(each => each.open.Number == number);
            var run = at.open is null
                ? head.Run
                : head.Run with { Escalations = head.Run.Escalations.SetItem(at.index, at.open with { Acknowledgement = acknowledgement }) };
            var next = head with { Run = run, Revision = head.Revision + 1 };
            if (await _heads.CommitAsync(head, next, _ => [EscalationRows.Acknowledge(number, acknowledgement)], cancellationToken) is HeadCommit.Done done)
            {
                return new AcknowledgeResult.Acknowledged(done.Head, escalation with { Acknowledgement = acknowledgement });
            }
        }

        throw new StorageUnavailableException($"Escalation {number} of run {runId} could not be acknowledged: others kept changing the run.");
    }
}
