namespace LocalHost.Durable.Execution;

internal sealed partial class LocalOrchestrationContext
{
    [LoggerMessage(2, LogLevel.Warning, "Instance {InstanceId}: {EventType} for task #{TaskId}, which is not open, is ignored.")]
    private static partial void LogDuplicateEvent(ILogger logger, string instanceId, History.HistoryEventType eventType, int taskId);

    [LoggerMessage(3, LogLevel.Error, "Instance {InstanceId}: the orchestrator '{Name}' is not deterministic: {Reason}")]
    private static partial void LogNonDeterministic(ILogger logger, string instanceId, string name, string reason);

    [LoggerMessage(4, LogLevel.Warning, "Instance {InstanceId}: the orchestrator failed after it had asked to continue as new; it ends as failed.")]
    private static partial void LogContinueAsNewDropped(ILogger logger, string instanceId);

    [LoggerMessage(5, LogLevel.Information, "Instance {InstanceId}: attempt {Attempt} of '{TaskName}' failed.")]
    private static partial void LogAttemptFailed(ILogger logger, string instanceId, string taskName, int attempt);
}
