using System.Globalization;
using System.Runtime.ExceptionServices;
using LocalHost.Durable.Execution;
using LocalHost.Durable.History;
using Microsoft.DurableTask.Client;
using P = Microsoft.DurableTask.Protobuf;

namespace LocalHost.Tests.Packages;

/// <summary>What an episode asks for, one line for each action: LocalHost's and the real worker's, in the same words.</summary>
internal static class EpisodeText
{
    private const string NonDeterminism = "DurableTask.Core.Exceptions.NonDeterministicOrchestrationException";

    public static string Of(EpisodeResult result) => string.Join('\n', result.Actions.Select(Line).Append($"status {result.CustomStatus}"));

    public static string Of(P.OrchestratorResponse response)
        => string.Join('\n', response.Actions.OrderBy(action => action.Id).Select(Line).Append($"status {response.CustomStatus}"));

    /// <summary>The events of a history, for the report of a difference.</summary>
    public static string Of(IEnumerable<HistoryEvent> events)
        => string.Join('\n', events.Select(one => string.Create(
            CultureInfo.InvariantCulture,
            $"  {one.EventType} #{one.EventId} {one.Name} {one.CompletedTaskId} {one.Input}{one.Result}{one.FireAt:o}{one.FailureDetails} @{one.Timestamp:o}")));

    /// <summary>An episode that throws fails its instance, in the host as here.</summary>
    public static string Of(Func<string> episode, out ExceptionDispatchInfo? failure)
    {
        try
        {
            failure = null;
            return episode();
        }
        catch (Exception exception)
        {
            failure = ExceptionDispatchInfo.Capture(exception);
            return $"throws {exception.GetType()}: {exception.Message}";
        }
    }

    private static string Line(OrchestratorAction action) => action switch
    {
        OrchestratorAction.ScheduleActivity activity => Activity(action.Id, activity.Name, activity.Version, activity.Input),
        OrchestratorAction.CreateTimer timer => Timer(action.Id, timer.FireAt),
        OrchestratorAction.CreateSubOrchestration child => Child(action.Id, child.Name, child.Version, child.InstanceId, child.Input),
        OrchestratorAction.SendEvent sent => Sent(action.Id, sent.InstanceId, sent.EventName, sent.Payload),
        OrchestratorAction.Complete complete => Ended(action.Id, complete.Status.ToString(), complete.Result, Failure(complete.Failure), null, []),
        OrchestratorAction.ContinueAsNew next => Ended(
            action.Id,
#pragma warning disable CS0618 // Obsolete for clients, whose instances never show it; it is still what the engine is told.
            nameof(OrchestrationRuntimeStatus.ContinuedAsNew),
#pragma warning restore CS0618
            next.Input,
            null,
            next.NewVersion,
            next.CarryoverEvents.Select(carried => $"{carried.Name}={carried.Input}")),
        _ => throw new NotSupportedException(action.GetType().Name),
    };

    private static string Line(P.OrchestratorAction action) => action.OrchestratorActionTypeCase switch
    {
        P.OrchestratorAction.OrchestratorActionTypeOneofCase.ScheduleTask
            => Activity(action.Id, action.ScheduleTask.Name, action.ScheduleTask.Version, action.ScheduleTask.Input),
        P.OrchestratorAction.OrchestratorActionTypeOneofCase.CreateTimer => Timer(action.Id, action.CreateTimer.FireAt.ToDateTime()),
        P.OrchestratorAction.OrchestratorActionTypeOneofCase.CreateSubOrchestration => Child(
            action.Id,
            action.CreateSubOrchestration.Name,
            action.CreateSubOrchestration.Version,
            action.CreateSubOrchestration.InstanceId,
            action.CreateSubOrchestration.Input),
        P.OrchestratorAction.OrchestratorActionTypeOneofCase.SendEvent
            => Sent(action.Id, action.SendEvent.Instance.InstanceId, action.SendEvent.Name, action.SendEvent.Data),
        P.OrchestratorAction.OrchestratorActionTypeOneofCase.CompleteOrchestration => Ended(
            action.Id,
            action.CompleteOrchestration.OrchestrationStatus.ToString(),
            action.CompleteOrchestration.Result,
            Failure(action.CompleteOrchestration.FailureDetails),
            action.CompleteOrchestration.NewVersion,
            action.CompleteOrchestration.CarryoverEvents.Select(carried => $"{carried.EventRaised.Name}={carried.EventRaised.Input}")),
        _ => throw new NotSupportedException(action.OrchestratorActionTypeCase.ToString()),
    };

    private static string Activity(int id, string name, string? version, string? input) => $"#{id} activity {name} '{version}' {input}";

    private static string Timer(int id, DateTime fireAt) => string.Create(CultureInfo.InvariantCulture, $"#{id} timer {fireAt:yyyy-MM-ddTHH:mm:ss.fffffff}");

    private static string Child(int id, string name, string? version, string instanceId, string? input) => $"#{id} child {name} '{version}' {instanceId} {input}";

    private static string Sent(int id, string instanceId, string name, string? data) => $"#{id} event {name} to {instanceId} {data}";

    private static string Ended(int id, string status, string? result, string? failure, string? version, IEnumerable<string> carryover)
        => failure is { } text
            ? $"#{id} {status} by {text}"
            : $"#{id} {status} {result} '{version}' [{string.Join(',', carryover)}]";

    // The text of a non-determinism is each one's own.
    private static string? Failure(FailureRecord? failure)
        => failure is null ? null : failure.ErrorType == NonDeterminism ? NonDeterminism : $"{failure.ErrorType}: {failure.ErrorMessage} < {Failure(failure.InnerFailure)}";

    private static string? Failure(P.TaskFailureDetails? failure)
        => failure is null ? null : failure.ErrorType == NonDeterminism ? NonDeterminism : $"{failure.ErrorType}: {failure.ErrorMessage} < {Failure(failure.InnerFailure)}";
}
