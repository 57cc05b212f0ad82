using OpsManager.Storage.Runs;

namespace OpsManager.Storage.Gateway;

/// <summary>Writes of one row.</summary>
internal static class SingleWrites
{
    /// <summary>
    /// Writes one row. A refusal or a missing answer is checked against what is stored: the client may have repeated a write that had
    /// happened, or lost its answer.
    /// </summary>
    /// <exception cref="StorageUnavailableException">It was not written, or that cannot be found out.</exception>
    public static async Task<WriteStatus> WriteOneAsync(
        this IStorageGateway gateway, StorageTable table, string partitionKey, RowWrite write, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            WriteStatus? status = null;
            StorageUnavailableException? failure = null;
            try
            {
                status = (await gateway.WriteAsync(table, partitionKey, [write], cancellationToken)).Status;
                if (status == WriteStatus.Written)
                {
                    return WriteStatus.Written;
                }
            }
            catch (StorageUnavailableException error)
            {
                failure = error;
            }

            var row = await gateway.FindAsync(table, partitionKey, write.RowKey, cancellationToken);
            var happened = write.Kind == RowWriteKind.Delete
                ? row is null
                : row is not null && row.Text(RowProperties.Write) == write.Properties[RowProperties.Write] as string;
            if (happened)
            {
                return WriteStatus.Written;
            }

            if (status is { } refused)
            {
                return refused;
            }

            if (attempt == 2)
            {
                throw new StorageUnavailableException($"{table} {partitionKey}/{write.RowKey} was not written.", failure!);
            }
        }
    }
}
