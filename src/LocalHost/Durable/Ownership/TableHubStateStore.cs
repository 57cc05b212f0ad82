using Azure;
using Azure.Data.Tables;

namespace LocalHost.Durable.Ownership;

/// <summary>The table <c>{Hub}LocalHost</c>.</summary>
internal sealed class TableHubStateStore(TableServiceClient service, string taskHub) : IHubStateStore
{
    private const string OwnerPartition = "owner";
    private const string OwnerRow = "owner";
    private const string TimerPartition = "timer";

    private readonly TableClient _table = service.GetTableClient(taskHub + "LocalHost");

    public Task InitializeAsync(CancellationToken cancellationToken) => _table.CreateIfNotExistsAsync(cancellationToken);

    public async Task<StoredOwner?> GetOwnerAsync(CancellationToken cancellationToken)
    {
        NullableResponse<TableEntity> response = await _table.GetEntityIfExistsAsync<TableEntity>(OwnerPartition, OwnerRow, cancellationToken: cancellationToken);
        if (!response.HasValue)
        {
            return null;
        }

        TableEntity row = response.Value!;
        OwnerRecord owner = new(
            row.GetString("OwnerId"),
            row.GetString("Machine"),
            row.GetString("BootId"),
            row.GetInt32("ProcessId") ?? 0,
            row.GetString("ProcessStart"),
            row.GetDateTimeOffset("AcquiredAt") ?? default,
            row.GetDateTimeOffset("ExpiresAt") ?? default);
        return new StoredOwner(owner, row.ETag.ToString());
    }

    public async Task<string?> TryPutOwnerAsync(OwnerRecord owner, string? expectedVersion, CancellationToken cancellationToken)
    {
        TableEntity row = new(OwnerPartition, OwnerRow)
        {
            ["OwnerId"] = owner.OwnerId,
            ["Machine"] = owner.Machine,
            ["BootId"] = owner.BootId,
            ["ProcessId"] = owner.ProcessId,
            ["ProcessStart"] = owner.ProcessStart,
            ["AcquiredAt"] = owner.AcquiredAt,
            ["ExpiresAt"] = owner.ExpiresAt,
        };
        try
        {
            Response response = expectedVersion is null
                ? await _table.AddEntityAsync(row, cancellationToken)
                : await _table.UpdateEntityAsync(row, new ETag(expectedVersion), TableUpdateMode.Replace, cancellationToken);
            return response.Headers.ETag?.ToString();
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 409 or 412)
        {
            return null;
        }
    }

    public async Task RemoveOwnerAsync(string expectedVersion, CancellationToken cancellationToken)
    {
        try
        {
            await _table.DeleteEntityAsync(OwnerPartition, OwnerRow, new ETag(expectedVersion), cancellationToken);
        }
        catch (RequestFailedException exception) when (exception.Status is 404 or 412)
        {
            // Somebody else owns the hub by now; theirs stays.
        }
    }

    public async Task<TimerStatus?> GetTimerStatusAsync(string functionName, CancellationToken cancellationToken)
    {
        NullableResponse<TableEntity> response = await _table.GetEntityIfExistsAsync<TableEntity>(TimerPartition, functionName, cancellationToken: cancellationToken);
        return response.HasValue
            ? new TimerStatus(
                response.Value!.GetDateTimeOffset("Last") ?? default,
                response.Value.GetDateTimeOffset("Next") ?? default,
                response.Value.GetDateTimeOffset("LastUpdated") ?? default)
            : null;
    }

    public Task PutTimerStatusAsync(string functionName, TimerStatus status, CancellationToken cancellationToken)
    {
        TableEntity row = new(TimerPartition, functionName)
        {
            ["Last"] = status.Last,
            ["Next"] = status.Next,
            ["LastUpdated"] = status.LastUpdated,
        };
        return _table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }
}
