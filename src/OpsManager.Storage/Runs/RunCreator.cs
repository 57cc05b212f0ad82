using OpsManager.Core.Lifecycle;
using OpsManager.Storage.Documents;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Index;

namespace OpsManager.Storage.Runs;

/// <summary>Creates runs: active row, sprite claim, then head and idempotency row in one transaction.</summary>
internal sealed class RunCreator(IStorageGateway gateway, RunIndex index, ActiveRows active, SpriteClaims claims)
{
    /// <summary>Each round is lost only to somebody else's progress: another request under the same key, or the removal of orphans.</summary>
    private const int Attempts = 16;

    public async Task<CreateRunResult> CreateAsync(NewRun run, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(run.RequestHash))
        {
            throw new ArgumentException("A request has a hash.", nameof(run));
        }

        var spec = run.Run.Spec;
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            // The mark is read before anything is written: if anybody gives this creation up from here on, the last step fails.
            var mark = await CreationMark.FindAsync(gateway, spec.RunId, cancellationToken);
            if (await FindEarlierAsync(run, mark, cancellationToken) is { } earlier)
            {
                return await SettleAsync(earlier, cancellationToken);
            }

            await active.EnsureAsync(spec.RunId, spec.Sprite.Name, cancellationToken);
            if (await claims.AcquireAsync(spec.Sprite.Name, spec.RunId, cancellationToken) is { } holder)
            {
                await active.RemoveAsync(spec.RunId, cancellationToken);

                // Another request under the same key may have got the sprite earlier or just now; it must keep its active row.
                if (await HeadRow.FindAsync(gateway, spec.RunId, cancellationToken) is null)
                {
                    return new CreateRunResult.SpriteClaimed(holder);
                }

                continue;
            }

            if (await WriteAsync(run, mark, cancellationToken) is { } head)
            {
                await index.SynchronizeAsync(head, cancellationToken);
                return new CreateRunResult.Created(head);
            }

            // Somebody was faster. If it was the same key with another body, the sprite it does not use is not ours to keep.
            if (await FindEarlierAsync(run, mark, cancellationToken) is CreateRunResult.KeyReused reused)
            {
                await claims.ReleaseUnusedAsync(spec.Sprite.Name, spec.RunId, cancellationToken);
                return reused;
            }
        }

        throw new StorageUnavailableException($"Run {spec.RunId} could not be created: others kept changing its rows.");
    }

    /// <summary>What an earlier request made of this run; null if there is none.</summary>
    private async Task<CreateRunResult?> FindEarlierAsync(NewRun run, CreationMark mark, CancellationToken cancellationToken)
    {
        var runId = run.Run.Spec.RunId;
        var head = await HeadRow.FindAsync(gateway, runId, cancellationToken);
        if (head is null)
        {
            // Created once and deleted since: ids are never used again.
            return mark.Created ? new CreateRunResult.KeyReused(runId, Deleted: true) : null;
        }

        if (head.Purging)
        {
            return new CreateRunResult.KeyReused(runId, Deleted: true);
        }

        if (run.IdempotencyKey is null)
        {
            return new CreateRunResult.AlreadyExists(head);
        }

        var row = await gateway.FindAsync(StorageTable.LoopRuns, runId.Value, RowKeys.Idempotency(run.IdempotencyKey), cancellationToken);
        return row?.Text(RowProperties.RequestHash) == run.RequestHash
            ? new CreateRunResult.AlreadyExists(head)
            : new CreateRunResult.KeyReused(runId);
    }

    /// <summary>An earlier request may have died before the index knew of the run.</summary>
    private async Task<CreateRunResult> SettleAsync(CreateRunResult earlier, CancellationToken cancellationToken)
    {
        if (earlier is CreateRunResult.AlreadyExists { Head: var head })
        {
            await index.SynchronizeAsync(head, cancellationToken);
        }

        return earlier;
    }

    /// <summary>Writes the head, the mark and the idempotency row. Returns the head, or null if somebody was faster.</summary>
    private async Task<RunHead?> WriteAsync(NewRun run, CreationMark mark, CancellationToken cancellationToken)
    {
        var runId = run.Run.Spec.RunId;
        var head = new RunHead { Run = run.Run, Engine = EngineRef.For(runId, 1), Log = new LogPosition() };
        var write = WriteIds.Next();
        List<RowWrite> writes = [RowWrite.Insert(RowKeys.Head, HeadRow.Properties(head, write)), mark.Write(write, abandoned: false)];
        if (run.IdempotencyKey is not null)
        {
            writes.Add(RowWrite.Insert(RowKeys.Idempotency(run.IdempotencyKey), RowProperties.Plain(write, (RowProperties.RequestHash, run.RequestHash))));
        }

        writes.AddRange(run.Transitions.Select(item => RowWrite.Insert(
            RowKeys.Transition(item.Number),
            RowProperties.With(Payload.EncodeDocument(DocumentFormat<Transition>.Write(item)), RunFormats.Transition.Version, write))));

        StorageUnavailableException? failure = null;
        try
        {
            var outcome = await gateway.WriteAsync(StorageTable.LoopRuns, runId.Value, writes, cancellationToken);
            if (outcome.Status == WriteStatus.Written)
            {
                return head with { StoreTag = outcome.ETags[0] };
            }
        }
        catch (StorageUnavailableException error)
        {
            failure = error;
        }

        // Neither a refusal nor silence is an answer: the mark keeps the identity of the write that created the run.
        var stored = await gateway.FindAsync(StorageTable.LoopRuns, runId.Value, RowKeys.Creation, cancellationToken);
        if (stored?.Text(RowProperties.Write) == write)
        {
            return await HeadRow.FindAsync(gateway, runId, cancellationToken);
        }

        return failure is null || stored?.ETag != mark.ETag
            ? null
            : throw new StorageUnavailableException($"Run {runId} was not created.", failure);
    }
}
