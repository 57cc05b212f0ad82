using Microsoft.Extensions.Logging;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Configuration;
using OpsManager.Storage.Documents;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Index;

/// <summary>Who holds which sprite: one row per claimed sprite.</summary>
internal sealed class SpriteClaims(IStorageGateway gateway, TimeProvider time, string isolationPolicy, ILogger<SpriteClaims> logger)
{
    /// <summary>After this long, a claim or an active row whose run has no head belongs to nobody.</summary>
    public static readonly TimeSpan OrphanAge = TimeSpan.FromMinutes(5);

    private bool Exclusive => isolationPolicy != IsolationPolicies.Shared;

    /// <summary>Claims a sprite. Returns null on success, else the run that holds it.</summary>
    public async Task<RunId?> AcquireAsync(SpriteName sprite, RunId runId, CancellationToken cancellationToken)
    {
        if (!Exclusive)
        {
            return null;
        }

        var contended = false;
        while (true)
        {
            var row = await FindRowAsync(sprite, cancellationToken);
            if (row is null)
            {
                if (await WriteAsync(RowWrite.Insert(sprite.Value, Properties(runId)), cancellationToken))
                {
                    return null;
                }
            }
            else if (HolderOf(row) is var holder && holder == runId)
            {
                // An old claim of our own is renewed, so that whoever saw it as an orphan can no longer remove it. If somebody else
                // wrote it meanwhile, it is new enough.
                if (contended || await WriteAsync(RowWrite.Replace(sprite.Value, row.ETag, Properties(runId)), cancellationToken))
                {
                    return null;
                }
            }
            else
            {
                if (!await IsFreeAsync(row, holder, time.GetUtcNow(), cancellationToken))
                {
                    return holder;
                }

                if (await WriteAsync(RowWrite.Replace(sprite.Value, row.ETag, Properties(runId)), cancellationToken))
                {
                    return null;
                }
            }

            contended = true;
        }
    }

    /// <summary>Gives a sprite back if the run holds it.</summary>
    public async Task ReleaseAsync(SpriteName sprite, RunId runId, CancellationToken cancellationToken)
    {
        while (await FindRowAsync(sprite, cancellationToken) is { } row && HolderOf(row) == runId)
        {
            if (await DeleteAsync(row, cancellationToken))
            {
                return;
            }
        }
    }

    /// <summary>Gives a sprite back if the run holds it but was created on another one.</summary>
    public async Task ReleaseUnusedAsync(SpriteName sprite, RunId runId, CancellationToken cancellationToken)
    {
        if (await HeadRow.FindAsync(gateway, runId, cancellationToken) is { } head && head.Run.Spec.Sprite.Name != sprite)
        {
            await ReleaseAsync(sprite, runId, cancellationToken);
        }
    }

    /// <summary>The run that holds a sprite, or null.</summary>
    public async Task<RunId?> FindHolderAsync(SpriteName sprite, CancellationToken cancellationToken) =>
        await FindRowAsync(sprite, cancellationToken) is { } row ? HolderOf(row) : null;

    /// <summary>Writes the claim of a run that must have one but has none. Returns who holds the sprite now.</summary>
    public async Task<RunId> RestoreAsync(SpriteName sprite, RunId runId, CancellationToken cancellationToken)
    {
        if (!Exclusive || await WriteAsync(RowWrite.Insert(sprite.Value, Properties(runId)), cancellationToken))
        {
            return runId;
        }

        return await FindHolderAsync(sprite, cancellationToken) ?? runId;
    }

    /// <summary>Removes the claims that belong to nobody. Returns how many.</summary>
    public async Task<int> RemoveOrphansAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var removed = 0;
        await foreach (var row in gateway.QueryAsync(StorageTable.Sprites, new RowQuery { PartitionKey = IndexKeys.Claims }, cancellationToken))
        {
            try
            {
                if (now - row.Time(RowProperties.Since) > OrphanAge
                    && await IsFreeAsync(row, HolderOf(row), now, cancellationToken)
                    && await DeleteAsync(row, cancellationToken))
                {
                    removed++;
                }
            }
            catch (UnreadableDocumentException exception)
            {
                // Whether its holder still needs it cannot be known: it is kept.
                logger.PassOver(exception);
            }
        }

        return removed;
    }

    private static RunId HolderOf(TableRow row) => RunId.Parse(row.Text(RowProperties.Holder) ?? string.Empty);

    /// <summary>
    /// Whether the holder has no right to its claim any more. When this says yes, it has also made sure that a creation of the holder
    /// under way will fail; and the claim is to be taken away under the tag it was judged by.
    /// </summary>
    private async Task<bool> IsFreeAsync(TableRow row, RunId holder, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var head = await HeadRow.FindAsync(gateway, holder, cancellationToken);
        if (head is not null)
        {
            return head.Run.Spec.Sprite.Name.Value != row.RowKey || head.Run.Lifecycle.Quiescence == Quiescence.Proven;
        }

        return now - row.Time(RowProperties.Since) > OrphanAge && await CreationMark.AbandonAsync(gateway, holder, cancellationToken);
    }

    private Dictionary<string, object> Properties(RunId runId) =>
        RowProperties.Plain(WriteIds.Next(), (RowProperties.Holder, runId.Value), (RowProperties.Since, time.GetUtcNow()));

    private Task<TableRow?> FindRowAsync(SpriteName sprite, CancellationToken cancellationToken) =>
        gateway.FindAsync(StorageTable.Sprites, IndexKeys.Claims, sprite.Value, cancellationToken);

    private async Task<bool> WriteAsync(RowWrite write, CancellationToken cancellationToken) =>
        await gateway.WriteOneAsync(StorageTable.Sprites, IndexKeys.Claims, write, cancellationToken) == WriteStatus.Written;

    private Task<bool> DeleteAsync(TableRow row, CancellationToken cancellationToken) =>
        WriteAsync(RowWrite.Delete(row.RowKey, row.ETag), cancellationToken);
}
