using OpsManager.Core.Runs;
using OpsManager.Storage.Gateway;

namespace OpsManager.Storage.Runs;

/// <summary>
/// The row that decides between the creation of a run and its being given up. A creation writes it in the transaction of the head;
/// whoever wants to take an orphan's claim away writes it first. Both do so under its tag as read before, so that only one of them
/// succeeds: a claim is never taken from a run that comes into being after all.
/// </summary>
internal sealed record CreationMark(string? ETag, bool Abandoned)
{
    /// <summary>Whether the run was created: it exists, or existed and was deleted.</summary>
    public bool Created => ETag is not null && !Abandoned;

    /// <summary>The mark of a run as it stands.</summary>
    public static async Task<CreationMark> FindAsync(IStorageGateway gateway, RunId runId, CancellationToken cancellationToken)
    {
        var row = await gateway.FindAsync(StorageTable.LoopRuns, runId.Value, RowKeys.Creation, cancellationToken);
        return new CreationMark(row?.ETag, row?.Flag(RowProperties.Abandoned) ?? false);
    }

    /// <summary>Gives the creation up, unless the run was created meanwhile. Returns whether it did.</summary>
    public static async Task<bool> AbandonAsync(IStorageGateway gateway, RunId runId, CancellationToken cancellationToken)
    {
        var mark = await FindAsync(gateway, runId, cancellationToken);
        if (mark.Created)
        {
            // Without a head it was deleted, and is never created again.
            return await gateway.FindAsync(StorageTable.LoopRuns, runId.Value, RowKeys.Head, cancellationToken) is null;
        }

        return await gateway.WriteOneAsync(StorageTable.LoopRuns, runId.Value, mark.Write(WriteIds.Next(), abandoned: true), cancellationToken)
            == WriteStatus.Written;
    }

    /// <summary>The write that sets it, if it is still as read.</summary>
    public RowWrite Write(string write, bool abandoned)
    {
        var properties = RowProperties.Plain(write, (RowProperties.Abandoned, abandoned));
        return ETag is null ? RowWrite.Insert(RowKeys.Creation, properties) : RowWrite.Replace(RowKeys.Creation, ETag, properties);
    }
}
