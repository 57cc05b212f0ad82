using LocalHost.Durable.History;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Engine;

internal sealed partial class OrchestrationEngine
{
    [LoggerMessage(1, LogLevel.Information, "Took up {Instances} unfinished orchestration instances with {Messages} undelivered messages.")]
    private partial void LogRecovered(int instances, int messages);

    [LoggerMessage(2, LogLevel.Information, "Orchestration instance {InstanceId} of '{Name}' was started.")]
    private partial void LogStarted(string instanceId, string name);

    [LoggerMessage(3, LogLevel.Information, "Orchestration instance {InstanceId} of '{Name}' ended as {Status}.")]
    private partial void LogEnded(string instanceId, string name, OrchestrationRuntimeStatus status);

    [LoggerMessage(4, LogLevel.Error, "An episode of instance {InstanceId} could not be completed; the next attempt follows in {Seconds} s.")]
    private partial void LogEpisodeFailed(Exception exception, string instanceId, double seconds);

    [LoggerMessage(5, LogLevel.Error, "The orchestrator '{Name}' of instance {InstanceId} could not be called.")]
    private partial void LogOrchestratorFailed(Exception exception, string instanceId, string name);

    [LoggerMessage(6, LogLevel.Warning, "Activity '{Name}' (#{TaskId}) of instance {InstanceId} failed.")]
    private partial void LogActivityFailed(Exception exception, string instanceId, string name, int taskId);

    [LoggerMessage(7, LogLevel.Error, "Instance {InstanceId} calls the activity '{Name}', which does not exist.")]
    private partial void LogUnknownActivity(string instanceId, string name);

    [LoggerMessage(8, LogLevel.Warning, "Activity '{Name}' (#{TaskId}) of instance {InstanceId} was interrupted by the shutdown and will be executed again.")]
    private partial void LogActivityAbandoned(string instanceId, string name, int taskId);

    [LoggerMessage(9, LogLevel.Information, "Test mode: the result of activity '{Name}' (#{TaskId}) of instance {InstanceId} is lost.")]
    private partial void LogResultLost(string instanceId, string name, int taskId);

    [LoggerMessage(10, LogLevel.Warning, "An event '{EventName}' for instance {InstanceId} was dropped: the instance has ended, does not exist or has taken it already.")]
    private partial void LogEventDropped(string instanceId, string? eventName);

    [LoggerMessage(11, LogLevel.Error, "Instance {ParentInstanceId} starts a sub-orchestration with the id {InstanceId}, which is in use.")]
    private partial void LogInstanceIdInUse(string instanceId, string? parentInstanceId);

    [LoggerMessage(12, LogLevel.Warning, "The shutdown bound is reached with {Activities} activities running; they are cancelled and will be executed again.")]
    private partial void LogShutdownBoundReached(int activities);

    [LoggerMessage(13, LogLevel.Critical, "An unexpected error in the orchestration engine.")]
    private partial void LogUnexpected(Exception exception);

    [LoggerMessage(14, LogLevel.Warning, "{EventType} of instance {InstanceId} is a {What} of {Bytes} bytes: above {Limit} the real engine moves its payload to a blob.")]
    private partial void LogLargePayload(string instanceId, HistoryEventType eventType, string what, int bytes, int limit);
}
