using LocalHost.Durable.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using CoreExceptions = DurableTask.Core.Exceptions;

namespace LocalHost.Durable.Execution;

internal sealed partial class LocalOrchestrationContext
{
    private readonly SortedDictionary<int, OrchestratorAction> _actions = [];
    private readonly SortedDictionary<int, OrchestratorAction> _suspendedActions = [];
    private readonly Queue<HistoryEvent> _eventsWhileSuspended = new();
    private bool _isSuspended;
    private bool _isEnded;
    private Task<string?>? _result;

    /// <summary>Replays <paramref name="pastEvents"/>, plays <paramref name="newEvents"/> and returns what is to be done next.</summary>
    public EpisodeResult Execute(
        Func<TaskOrchestrationContext, Task<object?>> orchestrator,
        IReadOnlyList<HistoryEvent> pastEvents,
        IReadOnlyList<HistoryEvent> newEvents)
    {
        SynchronizationContext? previous = SynchronizationContext.Current;
        _threadId = Environment.CurrentManagedThreadId;
        EpisodeSynchronizationContext episode = new(_threadId);
        SynchronizationContext.SetSynchronizationContext(episode);
        try
        {
            try
            {
                _isReplaying = true;
                Play(orchestrator, pastEvents, episode);
                _isReplaying = false;
                Play(orchestrator, newEvents, episode);
                CompleteIfDone(episode);
            }
            catch (CoreExceptions.NonDeterministicOrchestrationException exception)
            {
                LogNonDeterministic(_logger, InstanceId, _identity.Name, exception.Message);
                _actions.Clear();
                _isEnded = false;
                End(OrchestrationRuntimeStatus.Failed, exception.Message, FailureRecord.FromException(exception));
            }

            return new EpisodeResult(
                [.. _actions.Values],
                _converter.Serialize(_customStatus),
                _openTasks.Where(task => task.Value.Kind == TaskKind.Timer).ToDictionary(task => task.Key, task => task.Value.FireAt),
                _isSuspended);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(previous);
            _threadId = 0;
        }
    }

    private void Play(Func<TaskOrchestrationContext, Task<object?>> orchestrator, IReadOnlyList<HistoryEvent> events, EpisodeSynchronizationContext episode)
    {
        foreach (HistoryEvent historyEvent in events)
        {
            if (historyEvent.EventType == HistoryEventType.OrchestratorStarted)
            {
                _currentUtcDateTime = historyEvent.Timestamp.UtcDateTime;
                continue;
            }

            Process(orchestrator, historyEvent, episode);
        }
    }

    private void Process(Func<TaskOrchestrationContext, Task<object?>> orchestrator, HistoryEvent historyEvent, EpisodeSynchronizationContext episode)
    {
        if (_isSuspended && historyEvent.EventType is not (HistoryEventType.ExecutionResumed or HistoryEventType.ExecutionTerminated))
        {
            if (historyEvent.EventType != HistoryEventType.ExecutionSuspended)
            {
                _eventsWhileSuspended.Enqueue(historyEvent);
            }

            return;
        }

        switch (historyEvent.EventType)
        {
            case HistoryEventType.ExecutionStarted:
                _result = RunAsync(orchestrator);
                break;
            case HistoryEventType.ExecutionTerminated:
                End(OrchestrationRuntimeStatus.Terminated, historyEvent.Input, null);
                break;
            case HistoryEventType.ExecutionSuspended:
                Suspend();
                break;
            case HistoryEventType.ExecutionResumed:
                Resume(orchestrator, episode);
                break;
            case HistoryEventType.EventRaised:
                RaiseEvent(historyEvent);
                break;
            case HistoryEventType.TaskScheduled:
            case HistoryEventType.TimerCreated:
            case HistoryEventType.SubOrchestrationInstanceCreated:
            case HistoryEventType.EventSent:
                MatchAction(historyEvent);
                break;
            case HistoryEventType.TaskCompleted:
            case HistoryEventType.SubOrchestrationInstanceCompleted:
            case HistoryEventType.TimerFired:
                if (TryClose(historyEvent) is { } completed)
                {
                    completed.Source.SetResult(historyEvent.Result);
                }

                break;
            case HistoryEventType.TaskFailed:
            case HistoryEventType.SubOrchestrationInstanceFailed:
                if (TryClose(historyEvent) is { } failed)
                {
                    failed.Source.SetException(ToException(historyEvent, failed));
                }

                break;
            default:
                break;
        }

        episode.Drain();
    }

    private async Task<string?> RunAsync(Func<TaskOrchestrationContext, Task<object?>> orchestrator)
        => _converter.Serialize(await orchestrator(this));

    private void Suspend()
    {
        _isSuspended = true;
        foreach ((int id, OrchestratorAction action) in _actions)
        {
            _suspendedActions.Add(id, action);
        }

        _actions.Clear();
    }

    private void Resume(Func<TaskOrchestrationContext, Task<object?>> orchestrator, EpisodeSynchronizationContext episode)
    {
        _isSuspended = false;
        foreach ((int id, OrchestratorAction action) in _suspendedActions)
        {
            _actions.Add(id, action);
        }

        _suspendedActions.Clear();
        while (_eventsWhileSuspended.TryDequeue(out HistoryEvent? held))
        {
            Process(orchestrator, held, episode);
        }
    }

    private void MatchAction(HistoryEvent recorded)
    {
        int id = recorded.EventId;
        if (!_actions.TryGetValue(id, out OrchestratorAction? action))
        {
            throw new CoreExceptions.NonDeterministicOrchestrationException(
                id,
                $"A previous execution recorded {recorded.EventType} '{recorded.Name}' with sequence number {id}, but the current replay has not scheduled it. Was the orchestrator's code changed while this instance was running?");
        }

        (HistoryEventType kind, string? name) = action switch
        {
            OrchestratorAction.ScheduleActivity activity => (HistoryEventType.TaskScheduled, activity.Name),
            OrchestratorAction.CreateTimer => (HistoryEventType.TimerCreated, recorded.Name),
            OrchestratorAction.CreateSubOrchestration child => (HistoryEventType.SubOrchestrationInstanceCreated, child.Name),
            OrchestratorAction.SendEvent sent => (HistoryEventType.EventSent, sent.EventName),
            _ => (HistoryEventType.ExecutionCompleted, null),
        };
        if (kind != recorded.EventType || !string.Equals(name, recorded.Name, StringComparison.OrdinalIgnoreCase))
        {
            throw new CoreExceptions.NonDeterministicOrchestrationException(
                id,
                $"A previous execution recorded {recorded.EventType} '{recorded.Name}' with sequence number {id}, but the current replay produced {kind} '{name}' there. Was the orchestrator's code changed while this instance was running?");
        }

        _actions.Remove(id);
    }

    private OpenTask? TryClose(HistoryEvent historyEvent)
    {
        int id = historyEvent.CompletedTaskId ?? -1;
        if (_openTasks.Remove(id, out OpenTask? task))
        {
            return task;
        }

        // A cancelled timer fires like any other; everything else that is not open is a repetition.
        if (historyEvent.EventType != HistoryEventType.TimerFired && !_isReplaying)
        {
            LogDuplicateEvent(_logger, InstanceId, historyEvent.EventType, id);
        }

        return null;
    }

    private static CoreExceptions.OrchestrationException ToException(HistoryEvent failed, OpenTask task)
    {
        int taskId = failed.CompletedTaskId ?? -1;
        string reason = failed.Reason ?? string.Empty;
        CoreExceptions.OrchestrationException exception = task.Kind == TaskKind.SubOrchestration
            ? new CoreExceptions.SubOrchestrationFailedException(failed.EventId, taskId, task.Name!, task.Version!, reason, null!)
            : new CoreExceptions.TaskFailedException(failed.EventId, taskId, task.Name!, task.Version!, reason, null!);
        exception.FailureDetails = failed.FailureDetails?.ToCore();
        return exception;
    }

    private void CompleteIfDone(EpisodeSynchronizationContext episode)
    {
        if (Volatile.Read(ref _foreignAccesses) > 0 || episode.HasForeignPosts)
        {
            EndAsStuck();
            return;
        }

        if (_openTasks.Count > 0 || _isEnded || _isSuspended || _result is null)
        {
            return;
        }

        if (!_result.IsCompleted)
        {
            // Nothing durable is awaited, so nothing could ever continue it.
            if (_eventWaiters.Count == 0)
            {
                EndAsStuck();
            }

            return;
        }

        if (_result.IsCompletedSuccessfully)
        {
            if (_continueAsNew is { } next)
            {
                int id = _nextTaskId++;
                _actions.Add(id, new OrchestratorAction.ContinueAsNew(id, next.Input, next.NewVersion, next.CarryoverEvents));
                _isEnded = true;
                return;
            }

            End(OrchestrationRuntimeStatus.Completed, CompletedResult(), null);
            return;
        }

        if (_continueAsNew is not null)
        {
            LogContinueAsNewDropped(_logger, InstanceId);
        }

        Exception failure = _result.Exception?.InnerException ?? new TaskCanceledException(_result);
        End(OrchestrationRuntimeStatus.Failed, failure.Message, FailureRecord.FromException(failure));
    }

    private string? CompletedResult()
    {
        // The task has completed: nothing is waited for here.
#pragma warning disable VSTHRD002, VSTHRD104
        return _result!.GetAwaiter().GetResult();
#pragma warning restore VSTHRD002, VSTHRD104
    }

    private void EndAsStuck()
    {
        if (_isEnded)
        {
            return;
        }

        InvalidOperationException failure = new(
            "An invalid asynchronous invocation was detected: the orchestrator awaits something that is not a task of its context, or left its thread (ConfigureAwait(false), Task.Run, I/O).");
        _actions.Clear();
        End(OrchestrationRuntimeStatus.Failed, failure.Message, FailureRecord.FromException(failure));
    }

    private void End(OrchestrationRuntimeStatus status, string? output, FailureRecord? failure)
    {
        if (_isEnded)
        {
            return;
        }

        _isEnded = true;
        int id = _nextTaskId++;
        _actions.Add(id, new OrchestratorAction.Complete(id, status, output, failure));
    }
}
