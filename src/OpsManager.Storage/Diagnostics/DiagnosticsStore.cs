using OpsManager.Core.Runs;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Diagnostics;

/// <inheritdoc cref="IDiagnosticsStore"/>
internal sealed class DiagnosticsStore(IStorageGateway gateway) : IDiagnosticsStore
{
    /// <summary>How often it is tried against a head that somebody else keeps writing.</summary>
    private const int SaveAttempts = 8;

    private readonly HeadWriter _heads = new(gateway);

    /// <inheritdoc/>
    public async Task<bool> SaveAsync(RunId runId, StoredDiagnostics diagnostics, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(diagnostics);
        var key = DiagnosticsRow.KeyOf(diagnostics.Attempt);
        for (var attempt = 0; attempt < SaveAttempts; attempt++)
        {
            var head = await HeadRow.FindAsync(gateway, runId, cancellationToken);
            if (head is null or { Purging: true })
            {
                return false;
            }

            var row = await gateway.FindAsync(StorageTable.LoopRuns, runId.Value, key, cancellationToken);
            if (diagnostics.Outcome != DiagnosticsOutcome.Captured
                && row is not null
                && (await DiagnosticsRow.ReadAsync(row, gateway, cancellationToken)).Outcome == DiagnosticsOutcome.Captured)
            {
                return true;
            }

            // Under the head's tag although the head stays as it is: what is being deleted gets no new rows.
            var written = await _heads.CommitAsync(
                head,
                head,
                write =>
                {
                    var properties = DiagnosticsRow.Properties(diagnostics, $"{runId}/{key}", write);
                    return [row is null ? RowWrite.Insert(key, properties) : RowWrite.Replace(key, row.ETag, properties)];
                },
                cancellationToken);
            switch (written)
            {
                case HeadCommit.Done:
                    return true;
                case HeadCommit.Gone:
                    return false;
            }
        }

        throw new StorageUnavailableException($"The diagnostics of run {runId} could not be stored: others kept changing its head.");
    }

    /// <inheritdoc/>
    public async Task<StoredDiagnostics?> FindAsync(RunId runId, int attempt, CancellationToken cancellationToken) =>
        await gateway.FindAsync(StorageTable.LoopRuns, runId.Value, DiagnosticsRow.KeyOf(attempt), cancellationToken) is { } row
            ? await DiagnosticsRow.ReadAsync(row, gateway, cancellationToken)
            : null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoredDiagnostics>> ReadAsync(RunId runId, int before, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentOutOfRangeException.ThrowIfNegative(before);

        // Attempts have no gaps and rows come in ascending order only: the page is the range of numbers just before the end.
        var query = new RowQuery
        {
            PartitionKey = runId.Value,
            After = DiagnosticsRow.KeyOf(before - limit - 1),
            Before = DiagnosticsRow.KeyOf(before),
            PageSize = Math.Min(limit, 1000),
        };
        var found = new List<StoredDiagnostics>();
        await foreach (var row in gateway.QueryAsync(StorageTable.LoopRuns, query, cancellationToken))
        {
            found.Add(await DiagnosticsRow.ReadAsync(row, gateway, cancellationToken));
        }

        found.Reverse();
        return found;
    }
}
