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

            // A row may know what the head does not: earlier versions left out what was resolved when it was acknowledged.
            var standing = escalation.Acknowledgement ?? acknowledgement;
            var run = WithAcknowledgement(head.Run, number, standing);
            if (escalation.Acknowledgement is not null && run == head.Run)
            {
                return ResultOf(head);
            }

            await markers.WriteAsync(runId, $"acknowledge-{number}", head.Revision, [new EscalationMention(number, escalation.Code)], cancellationToken);
            var next = head with { Run = run, Revision = head.Revision + 1 };
            RowWrite[] rows = escalation.Acknowledgement is null ? [EscalationRows.Acknowledge(number, standing)] : [];
            if (await _heads.CommitAsync(head, next, _ => rows, cancellationToken) is HeadCommit.Done done)
            {
                return ResultOf(done.Head);
            }

            // The same one again after an answer that was lost is not told apart from a second person's: both find the first.
            AcknowledgeResult ResultOf(RunHead stored) => standing == acknowledgement
                ? new AcknowledgeResult.Acknowledged(stored, escalation with { Acknowledgement = standing })
                : new AcknowledgeResult.Repeated(stored, escalation);
        }

        throw new StorageUnavailableException($"Escalation {number} of run {runId} could not be acknowledged: others kept changing the run.");
    }

    /// <summary>The run with an acknowledgement where it remembers the escalation: open, or resolved so lately that it may come back.</summary>
    private static LoopRun WithAcknowledgement(LoopRun run, long number, Acknowledgement acknowledgement) => run with
    {
        Escalations = run.Escalations.Select(open => open.Number == number ? open with { Acknowledgement = acknowledgement } : open).ToValueList(),
        RecentEscalations = run.RecentEscalations.Select(recent => recent.Number == number ? recent with { Acknowledgement = acknowledgement } : recent).ToValueList(),
    };
}
