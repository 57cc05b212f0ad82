using Microsoft.Extensions.Logging;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Documents;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Index;

namespace OpsManager.Storage.Purging;

/// <summary>Searches the list for runs that ended long ago.</summary>
internal sealed class ExpiredRunSearch(IStorageGateway gateway, ILogger logger)
{
    public async Task<ExpiredRuns> FindAsync(DateTimeOffset endedBefore, string? continuation, int limit, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        var query = new RowQuery
        {
            PartitionKey = IndexKeys.List,

            // Rows are in the order of creation, newest first, and nothing ends before it is created.
            After = continuation ?? IndexKeys.ListRowsBefore(endedBefore),
            PageSize = Math.Min(limit, 1000),
        };
        var runs = new List<RunId>();
        var (held, scanned, last) = (0, 0, string.Empty);
        await foreach (var row in gateway.QueryAsync(StorageTable.LoopRunIndex, query, cancellationToken))
        {
            if (scanned == limit)
            {
                return new ExpiredRuns(runs, held, last);
            }

            (scanned, last) = (scanned + 1, row.RowKey);
            RunListItem item;
            try
            {
                item = await ListRow.ReadAsync(row, gateway, cancellationToken);
            }
            catch (UnreadableDocumentException exception)
            {
                logger.PassOver(exception);
                continue;
            }

            if (!item.State.IsTerminal() || item.StateSince >= endedBefore)
            {
                continue;
            }

            if (item.HoldsSprite)
            {
                held++;
            }
            else
            {
                runs.Add(item.RunId);
            }
        }

        return new ExpiredRuns(runs, held, null);
    }
}
