using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;

namespace LocalHost.DurableHttpApi;

/// <summary>The documents of the Durable HTTP API.</summary>
internal static class InstancePayload
{
    public static JsonObject From(InstanceRecord record, bool showInput) => new()
    {
        ["name"] = record.Name,
        ["instanceId"] = record.InstanceId,
        ["runtimeStatus"] = record.RuntimeStatus.ToString(),
        ["input"] = showInput ? Parse(record.Input) : null,
        ["customStatus"] = Parse(record.CustomStatus),
        ["output"] = Parse(record.Output),
        ["createdTime"] = Time(record.CreatedTime),
        ["lastUpdatedTime"] = Time(record.LastUpdatedTime),
    };

    public static JsonArray History(IReadOnlyList<HistoryEvent> history, bool showOutput)
    {
        Dictionary<int, HistoryEvent> scheduled = history
            .Where(historyEvent => historyEvent.EventId >= 0)
            .GroupBy(historyEvent => historyEvent.EventId)
            .ToDictionary(group => group.Key, group => group.First());

        // As the extension shows it: a call is one entry, at its end; what only drives the replay is left out.
        return new JsonArray(
        [
            .. history
                .Where(historyEvent => historyEvent.EventType is not (HistoryEventType.OrchestratorStarted or HistoryEventType.OrchestratorCompleted
                    or HistoryEventType.TaskScheduled or HistoryEventType.TimerCreated or HistoryEventType.SubOrchestrationInstanceCreated))
                .Select(historyEvent => (JsonNode)Entry(historyEvent, scheduled, showOutput)),
        ]);
    }

    private static JsonObject Entry(HistoryEvent historyEvent, Dictionary<int, HistoryEvent> scheduled, bool showOutput)
    {
        JsonObject entry = new()
        {
            ["EventType"] = historyEvent.EventType.ToString(),
            ["Timestamp"] = Time(historyEvent.Timestamp),
        };
        HistoryEvent? start = historyEvent.CompletedTaskId is { } taskId ? scheduled.GetValueOrDefault(taskId) : null;
        if ((start?.Name ?? historyEvent.Name) is { } name)
        {
            entry[historyEvent.EventType is HistoryEventType.EventRaised or HistoryEventType.EventSent ? "Name" : "FunctionName"] = name;
        }

        if (start is not null)
        {
            entry["ScheduledTime"] = Time(start.Timestamp);
        }

        if (historyEvent.FireAt is { } fireAt)
        {
            entry["FireAt"] = Time(new DateTimeOffset(fireAt, TimeSpan.Zero));
        }

        if (historyEvent.Reason is { } reason)
        {
            entry["Reason"] = reason;
        }

        if (historyEvent.FailureDetails is { } failure)
        {
            entry["Details"] = failure.ToString();
        }

        if (historyEvent.OrchestrationStatus is { } status)
        {
            entry["OrchestrationStatus"] = status.ToString();
        }

        if (showOutput)
        {
            if (historyEvent.Result is not null)
            {
                entry["Result"] = Parse(historyEvent.Result);
            }

            if (historyEvent.Input is not null)
            {
                entry["Input"] = Parse(historyEvent.Input);
            }
        }

        return entry;
    }

    /// <summary>A failure's output is plain text; everything else is JSON.</summary>
    private static JsonNode? Parse(string? text)
    {
        if (text is null)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
