using OpsManager.Core.Runs;
using OpsManager.Storage.Gateway;

namespace OpsManager.Storage.Runs;

/// <summary>Writes the head of a run, with rows beside it, in one transaction under the head's tag.</summary>
internal sealed class HeadWriter(IStorageGateway gateway)
{
    /// <summary>Writes.</summary>
    /// <param name="current">The head as read; its tag is the condition.</param>
    /// <param name="next">The head to be.</param>
    /// <param name="rows">Makes the rows beside it, given the identity of the write.</param>
    /// <param name="cancellationToken">Cancels; the outcome is then unknown to the caller.</param>
    /// <exception cref="StorageUnavailableException">It was not written, or that cannot be found out.</exception>
    /// <exception cref="InvalidOperationException">A row beside the head is there already although the head does not know it.</exception>
    public async Task<HeadCommit> CommitAsync(RunHead current, RunHead next, Func<string, IReadOnlyList<RowWrite>>? rows, CancellationToken cancellationToken)
    {
        var runId = current.Run.Spec.RunId;
        var write = WriteIds.Next();
        List<RowWrite> writes = [RowWrite.Replace(RowKeys.Head, current.StoreTag, HeadRow.Properties(next, write)), .. rows?.Invoke(write) ?? []];

        for (var attempt = 1; ; attempt++)
        {
            WriteOutcome? outcome = null;
            StorageUnavailableException? failure = null;
            try
            {
                outcome = await gateway.WriteAsync(StorageTable.LoopRuns, runId.Value, writes, cancellationToken);
                if (outcome.Status == WriteStatus.Written)
                {
                    return new HeadCommit.Done(next with { StoreTag = outcome.ETags[0] });
                }
            }
            catch (StorageUnavailableException error)
            {
                failure = error;
            }

            // A refusal is no more certain than no answer: the client may have repeated a write that had happened. What is stored decides.
            var found = await FindOwnAsync(runId, current, write, writes, cancellationToken);
            if (found is not HeadCommit.Lost lost || lost.Head.StoreTag != current.StoreTag)
            {
                return found;
            }

            if (outcome is not null)
            {
                throw new InvalidOperationException($"Run {runId} has rows that its head does not know: {writes[^1].RowKey} or one before it ({outcome.Status}).");
            }

            // Nothing happened. Should the first request arrive yet, it and its repetition carry the same condition: one of them is refused.
            if (attempt == 2)
            {
                throw new StorageUnavailableException($"The head of run {runId} was not written.", failure!);
            }
        }
    }

    private async Task<HeadCommit> FindOwnAsync(RunId runId, RunHead current, string write, List<RowWrite> writes, CancellationToken cancellationToken)
    {
        var row = await gateway.FindAsync(StorageTable.LoopRuns, runId.Value, RowKeys.Head, cancellationToken);
        if (row is null)
        {
            return new HeadCommit.Gone();
        }

        var head = await HeadRow.ReadAsync(row, gateway, cancellationToken);
        if (row.Text(RowProperties.Write) == write)
        {
            return new HeadCommit.Done(head);
        }

        // The head may have been written again since; the rows beside it stay and bear witness.
        if (head.StoreTag != current.StoreTag && writes.FirstOrDefault(item => item.Kind == RowWriteKind.Insert) is { } inserted)
        {
            var witness = await gateway.FindAsync(StorageTable.LoopRuns, runId.Value, inserted.RowKey, cancellationToken);
            if (witness?.Text(RowProperties.Write) == write)
            {
                return new HeadCommit.Done(head);
            }
        }

        return new HeadCommit.Lost(head);
    }
}
