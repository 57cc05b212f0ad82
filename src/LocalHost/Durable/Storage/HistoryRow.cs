using Azure.Data.Tables;
using LocalHost.Durable.History;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Storage;

/// <summary>Maps a history event to the columns of <c>{Hub}History</c>, as the Azure Storage provider names them.</summary>
internal static class HistoryRow
{
    public static TableEntity From(string partitionKey, int index, string executionId, HistoryEvent historyEvent)
    {
        TableEntity row = new(partitionKey, InstanceKeys.HistoryRow(index))
        {
            ["ExecutionId"] = executionId,
            ["EventId"] = historyEvent.EventId,
            ["EventType"] = historyEvent.EventType.ToString(),
            ["IsPlayed"] = true,
            ["_Timestamp"] = historyEvent.Timestamp,
        };
        LargeText.Write(row, "Name", historyEvent.Name);
        LargeText.Write(row, "Version", historyEvent.Version);
        LargeText.Write(row, "Input", historyEvent.Input);
        LargeText.Write(row, "Result", historyEvent.Result);
        LargeText.Write(row, "Reason", historyEvent.Reason);
        LargeText.Write(row, "FailureDetails", StorageJson.Write(historyEvent.FailureDetails));
        LargeText.Write(row, "InstanceId", historyEvent.InstanceId);
        LargeText.Write(row, "ParentInstance", StorageJson.Write(historyEvent.Parent));
        LargeText.Write(row, "OrchestrationStatus", historyEvent.OrchestrationStatus?.ToString());
        LargeText.Write(row, "Tags", StorageJson.Write(historyEvent.Tags));
        if (historyEvent.EventType == HistoryEventType.ExecutionStarted)
        {
            LargeText.Write(row, "OrchestrationInstance", StorageJson.Write(new OrchestrationInstance(InstanceKeys.Unescape(partitionKey), executionId)));
        }

        if (historyEvent.TaskScheduledId is { } taskScheduledId)
        {
            row["TaskScheduledId"] = taskScheduledId;
        }

        if (historyEvent.TimerId is { } timerId)
        {
            row["TimerId"] = timerId;
        }

        if (historyEvent.FireAt is { } fireAt)
        {
            row["FireAt"] = fireAt;
        }

        if (historyEvent.ScheduledStartTime is { } scheduled)
        {
            row["ScheduledStartTime"] = scheduled;
        }

        return row;
    }

    public static HistoryEvent ToEvent(TableEntity row)
    {
        HistoryEventType eventType = Enum.Parse<HistoryEventType>(row.GetString("EventType"));
        return new HistoryEvent
        {
            EventType = eventType,
            Timestamp = row.GetDateTimeOffset("_Timestamp") ?? default,
            EventId = row.GetInt32("EventId") ?? -1,
            Name = LargeText.Read(row, "Name"),
            Version = LargeText.Read(row, "Version"),
            Input = LargeText.Read(row, "Input"),
            Result = LargeText.Read(row, "Result"),
            Reason = LargeText.Read(row, "Reason"),
            FailureDetails = StorageJson.Read<FailureRecord>(LargeText.Read(row, "FailureDetails")),
            InstanceId = LargeText.Read(row, "InstanceId"),
            ExecutionId = eventType == HistoryEventType.ExecutionStarted ? row.GetString("ExecutionId") : null,
            Parent = StorageJson.Read<ParentLink>(LargeText.Read(row, "ParentInstance")),
            OrchestrationStatus = Enum.TryParse(row.GetString("OrchestrationStatus"), out OrchestrationRuntimeStatus status) ? status : null,
            Tags = StorageJson.Read<Dictionary<string, string>>(LargeText.Read(row, "Tags")),
            TaskScheduledId = row.GetInt32("TaskScheduledId"),
            TimerId = row.GetInt32("TimerId"),
            FireAt = row.GetDateTimeOffset("FireAt")?.UtcDateTime,
            ScheduledStartTime = row.GetDateTimeOffset("ScheduledStartTime"),
        };
    }

    private sealed record OrchestrationInstance(string InstanceId, string ExecutionId);
}
