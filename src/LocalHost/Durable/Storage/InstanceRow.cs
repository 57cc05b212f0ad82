using Azure.Data.Tables;
using LocalHost.Durable.History;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Storage;

/// <summary>Maps an instance to the columns of <c>{Hub}Instances</c>.</summary>
internal static class InstanceRow
{
    private const string NothingSet = "null";

    public static TableEntity From(InstanceRecord record, string taskHub)
    {
        TableEntity row = new(InstanceKeys.Escape(record.InstanceId), string.Empty)
        {
            ["ExecutionId"] = record.ExecutionId,
            ["StartId"] = record.StartId,
            ["Name"] = record.Name,
            ["RuntimeStatus"] = record.RuntimeStatus.ToString(),
            ["CreatedTime"] = record.CreatedTime,
            ["LastUpdatedTime"] = record.LastUpdatedTime,
            ["TaskHubName"] = taskHub,
            ["Generation"] = record.Generation,
        };
        if (record.Version.Length > 0)
        {
            row["Version"] = record.Version;
        }

        if (record.CompletedTime is { } completed)
        {
            row["CompletedTime"] = completed;
        }

        if (record.ScheduledStartTime is { } scheduled)
        {
            row["ScheduledStartTime"] = scheduled;
        }

        LargeText.Write(row, "Input", record.Input);
        LargeText.Write(row, "Output", record.Output);
        LargeText.Write(row, "CustomStatus", record.CustomStatus ?? NothingSet);
        LargeText.Write(row, "Tags", StorageJson.Write(record.Tags));
        LargeText.Write(row, "ParentInstance", StorageJson.Write(record.Parent));
        LargeText.Write(row, "FailureDetails", StorageJson.Write(record.FailureDetails));
        return row;
    }

    public static InstanceRecord ToRecord(TableEntity row)
    {
        string? customStatus = LargeText.Read(row, "CustomStatus");
        string executionId = row.GetString("ExecutionId");
        return new InstanceRecord
        {
            InstanceId = InstanceKeys.Unescape(row.PartitionKey),
            ExecutionId = executionId,
            StartId = row.GetString("StartId") ?? executionId,
            Name = row.GetString("Name"),
            Version = row.GetString("Version") ?? string.Empty,
            Input = LargeText.Read(row, "Input"),
            Output = LargeText.Read(row, "Output"),
            CustomStatus = customStatus == NothingSet ? null : customStatus,
            RuntimeStatus = Enum.Parse<OrchestrationRuntimeStatus>(row.GetString("RuntimeStatus")),
            CreatedTime = row.GetDateTimeOffset("CreatedTime") ?? default,
            LastUpdatedTime = row.GetDateTimeOffset("LastUpdatedTime") ?? default,
            CompletedTime = row.GetDateTimeOffset("CompletedTime"),
            ScheduledStartTime = row.GetDateTimeOffset("ScheduledStartTime"),
            Generation = row.GetInt32("Generation") ?? 0,
            Tags = StorageJson.Read<Dictionary<string, string>>(LargeText.Read(row, "Tags")),
            Parent = StorageJson.Read<ParentLink>(LargeText.Read(row, "ParentInstance")),
            FailureDetails = StorageJson.Read<FailureRecord>(LargeText.Read(row, "FailureDetails")),
        };
    }
}
