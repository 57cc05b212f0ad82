using System.Text;
using LocalHost.Durable.Execution;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Engine;

internal sealed partial class OrchestrationEngine
{
    private const int MaxCustomStatusSize = 16 * 1024;

    private async Task RunEpisodeAsync(InstanceActor actor, IReadOnlyList<PendingMessage> messages)
    {
        CancellationToken cancellationToken = _killed.Token;
        if (_options.TestModes.ReloadBeforeEveryEpisode)
        {
            actor.State = null;
        }

        InstanceState? state = actor.State ??= await LoadAsync(actor, cancellationToken);
        List<PendingMessage> dropped = [];

        if (state is null || state.Record.IsTerminal)
        {
            state = await StartChildAsync(actor, state, messages, cancellationToken);
        }

        if (state is null || state.Record.IsTerminal)
        {
            await DropAsync(actor, messages, cancellationToken);
            Release(actor);
            return;
        }

        bool isNew = state.Checkpoint is null;
        DateTimeOffset now = _timeProvider.GetUtcNow();
        if (isNew && state.Record.ScheduledStartTime is { } startAt && startAt > now)
        {
            // Everything waits for the start; the timer wakes the instance.
            actor.Park(messages);
            actor.Arm(state.ExecutionId, [(-1, startAt.UtcDateTime)], _timeProvider, TimeSpan.Zero, OnStartDue);
            return;
        }

        List<PendingMessage> accepted = await AcceptAsync(state, messages, dropped, cancellationToken);
        bool isUnexecuted = state.Checkpoint is { IsComplete: false };
        if (accepted.Count == 0 && !isNew && !isUnexecuted)
        {
            await DropAsync(actor, dropped, cancellationToken);
            Reconcile(actor, state);
            return;
        }

        await ExecuteAsync(actor, state, accepted, now, cancellationToken);
        await DropAsync(actor, dropped, cancellationToken);
    }

    private async Task ExecuteAsync(InstanceActor actor, InstanceState state, List<PendingMessage> accepted, DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<HistoryEvent> past;
        List<HistoryEvent> current;
        if (state.Checkpoint is { IsComplete: false })
        {
            // A generation that was recorded but not executed: its rows are this episode's news.
            past = [];
            current = [.. state.History];
        }
        else
        {
            past = [.. state.History];
            DateTimeOffset last = past.Count > 0 ? past[^1].Timestamp : now;
            current = [new HistoryEvent { EventType = HistoryEventType.OrchestratorStarted, Timestamp = now > last ? now : last }];
            if (state.Checkpoint is null)
            {
                current.Add(EpisodeHistory.StartOf(state.Record, now));
            }
        }

        current.AddRange(accepted.Select(message => message.Event));

        int firstNewEvent = state.History.Count;
        string executionId = state.ExecutionId;
        bool isComplete = true;
        List<OutboxMessage> outbox = [];
        EpisodeResult result;
        for (int generation = 1; ; generation++)
        {
            HistoryEvent started = past.Concat(current).First(historyEvent => historyEvent.EventType == HistoryEventType.ExecutionStarted);
            OrchestrationIdentity identity = new(actor.InstanceId, executionId, started.Name!, started.Version ?? string.Empty, started.Input, started.Parent);
            result = await PlayAsync(identity, past, current, cancellationToken);
            EpisodeHistory.Record(actor.InstanceId, executionId, started, result.Actions, _timeProvider.GetUtcNow(), current, outbox);

            if (result.Actions.OfType<OrchestratorAction.ContinueAsNew>().FirstOrDefault() is not { } next)
            {
                current.Add(new HistoryEvent { EventType = HistoryEventType.OrchestratorCompleted, Timestamp = _timeProvider.GetUtcNow() });
                break;
            }

            executionId = Guid.NewGuid().ToString("N");
            firstNewEvent = 0;
            past = [];
            DateTimeOffset restarted = _timeProvider.GetUtcNow();
            current =
            [
                new HistoryEvent { EventType = HistoryEventType.OrchestratorStarted, Timestamp = restarted },
                started with { Timestamp = restarted, ExecutionId = executionId, Input = next.Input, Version = next.NewVersion ?? started.Version, ScheduledStartTime = null },
                .. next.CarryoverEvents,
            ];
            if (generation == _options.MaxGenerationsPerTurn)
            {
                isComplete = false;
                actor.Wake();
                break;
            }
        }

        Checkpoint checkpoint = new()
        {
            ExecutionId = executionId,
            StartId = state.Record.StartId,
            History = [.. past, .. current],
            IsComplete = isComplete,
            CustomStatus = isComplete ? result.CustomStatus : null,
            OpenTimers = isComplete ? [.. result.OpenTimers.Keys] : [],
            Outbox = outbox,
            ConsumedMessages = accepted.Select(message => message.InboxKey).OfType<string>().ToList(),
        };
        await CommitAsync(actor, state, checkpoint, firstNewEvent, cancellationToken);
    }

    private async Task CommitAsync(InstanceActor actor, InstanceState state, Checkpoint checkpoint, int firstNewEvent, CancellationToken cancellationToken)
    {
        state.CheckpointVersion = await _store.PutCheckpointAsync(actor.InstanceId, checkpoint, firstNewEvent, state.CheckpointVersion, cancellationToken);
        state.Checkpoint = checkpoint;
        foreach (HistoryEvent news in checkpoint.History.Skip(firstNewEvent))
        {
            foreach ((string what, int bytes, int limit) in RealEngineLimits.ExceededBy(news))
            {
                LogLargePayload(actor.InstanceId, news.EventType, what, bytes, limit);
            }
        }

        // An instance whose row says that it has ended is not looked at after a crash; so its messages go first.
        await DeliverAsync(actor, state, cancellationToken);

        state.Record = InstanceProjection.Apply(state.Record, checkpoint);
        await _store.PutInstanceAsync(state.Record, cancellationToken);
        actor.SignalChanged();
        if (checkpoint.ConsumedMessages.Count > 0)
        {
            await _store.DeleteMessagesAsync(actor.InstanceId, checkpoint.ConsumedMessages, cancellationToken);
        }

        if (state.Record.IsTerminal)
        {
            LogEnded(actor.InstanceId, state.Record.Name, state.Record.RuntimeStatus);
            Release(actor);
        }
        else
        {
            Reconcile(actor, state);
        }
    }

    private async Task DeliverAsync(InstanceActor actor, InstanceState state, CancellationToken cancellationToken)
    {
        if (state.Checkpoint is not { Outbox.Count: > 0 } checkpoint)
        {
            return;
        }

        foreach (OutboxMessage message in checkpoint.Outbox)
        {
            await SendAsync(message.TargetInstanceId, message.TargetExecutionId, message.Event, cancellationToken);
        }

        Checkpoint delivered = checkpoint with { Outbox = [] };
        state.CheckpointVersion = await _store.PutCheckpointAsync(actor.InstanceId, delivered, delivered.History.Count, state.CheckpointVersion, cancellationToken);
        state.Checkpoint = delivered;
    }

    private async Task<InstanceState?> LoadAsync(InstanceActor actor, CancellationToken cancellationToken)
    {
        InstanceRecord? record = await _store.GetInstanceAsync(actor.InstanceId, cancellationToken);
        if (record is null)
        {
            return null;
        }

        StoredCheckpoint? stored = await _store.GetCheckpointAsync(actor.InstanceId, cancellationToken);
        InstanceState state = new() { Record = record, CheckpointVersion = stored?.Version };
        if (stored?.Checkpoint.StartId != record.StartId)
        {
            // No history, or that of an execution which this start overwrote.
            return state;
        }

        state.Checkpoint = stored.Checkpoint;
        await DeliverAsync(actor, state, cancellationToken);
        InstanceRecord derived = InstanceProjection.Apply(record, stored.Checkpoint);
        state.Record = derived;
        if (!InstanceProjection.IsUpToDate(record, derived))
        {
            await _store.PutInstanceAsync(derived, cancellationToken);
            actor.SignalChanged();
        }

        return state;
    }

    /// <summary>Sub-orchestrations are started by a message, which may find no instance, a finished one or one in use.</summary>
    private async Task<InstanceState?> StartChildAsync(InstanceActor actor, InstanceState? state, IReadOnlyList<PendingMessage> messages, CancellationToken cancellationToken)
    {
        PendingMessage? start = messages.FirstOrDefault(message
            => message.Event.EventType == HistoryEventType.ExecutionStarted && message.Event.ExecutionId != state?.Record.StartId);
        if (start is null)
        {
            return state;
        }

        HistoryEvent started = start.Event;
        InstanceRecord record = EpisodeHistory.InstanceOf(actor.InstanceId, started, state?.Record.Generation + 1 ?? 0);
        string? version = state?.CheckpointVersion ?? (await _store.GetCheckpointAsync(actor.InstanceId, cancellationToken))?.Version;
        await _store.PutInstanceAsync(record, cancellationToken);
        LogStarted(actor.InstanceId, record.Name);
        return actor.State = new InstanceState { Record = record, CheckpointVersion = version };
    }

    private async Task<List<PendingMessage>> AcceptAsync(InstanceState state, IReadOnlyList<PendingMessage> messages, List<PendingMessage> dropped, CancellationToken cancellationToken)
    {
        List<PendingMessage> accepted = [];
        HashSet<int> completed = state.CompletedTasks();
        foreach (PendingMessage message in messages)
        {
            HistoryEvent historyEvent = message.Event;
            if (historyEvent.EventType == HistoryEventType.ExecutionStarted)
            {
                if (historyEvent.ExecutionId != state.Record.StartId)
                {
                    await RefuseChildAsync(state, historyEvent, cancellationToken);
                }

                dropped.Add(message);
            }
            else if ((message.ExecutionId is { } executionId && executionId != state.ExecutionId)
                || (message.InboxKey is { } key && state.Checkpoint?.ConsumedMessages.Contains(key) == true)
                || (historyEvent.CompletedTaskId is { } taskId && !completed.Add(taskId)))
            {
                // For an earlier execution, or taken already.
                dropped.Add(message);
            }
            else
            {
                accepted.Add(message);
            }
        }

        return accepted;
    }

    private Task RefuseChildAsync(InstanceState state, HistoryEvent started, CancellationToken cancellationToken)
    {
        LogInstanceIdInUse(state.Record.InstanceId, started.Parent?.InstanceId);
        if (started.Parent is not { } parent)
        {
            return Task.CompletedTask;
        }

        HistoryEvent failed = new()
        {
            EventType = HistoryEventType.SubOrchestrationInstanceFailed,
            Timestamp = _timeProvider.GetUtcNow(),
            TaskScheduledId = parent.TaskScheduleId,
            Reason = $"An instance with the id '{state.Record.InstanceId}' is running already.",
        };
        return SendAsync(parent.InstanceId, parent.ExecutionId, failed, cancellationToken);
    }

    private async Task DropAsync(InstanceActor actor, IReadOnlyCollection<PendingMessage> messages, CancellationToken cancellationToken)
    {
        List<string> keys = messages.Select(message => message.InboxKey).OfType<string>().ToList();
        foreach (PendingMessage message in messages.Where(message => message.Event.EventType == HistoryEventType.EventRaised))
        {
            LogEventDropped(actor.InstanceId, message.Event.Name);
        }

        if (keys.Count > 0)
        {
            await _store.DeleteMessagesAsync(actor.InstanceId, keys, cancellationToken);
        }
    }

    private async Task<EpisodeResult> PlayAsync(OrchestrationIdentity identity, List<HistoryEvent> past, List<HistoryEvent> current, CancellationToken cancellationToken)
    {
        if (!_functions.HasOrchestrator(identity.Name))
        {
            return Failed(past, current, new InvalidOperationException($"There is no orchestrator function named '{identity.Name}'."));
        }

        EpisodeResult? result = null;
        try
        {
            await _functions.RunOrchestratorAsync(
                identity,
                orchestrator => result = _player.Play(identity, orchestrator, past, current),
                cancellationToken);
        }
        catch (Exception exception) when (!_killed.IsCancellationRequested && !_isDraining)
        {
            LogOrchestratorFailed(exception, identity.InstanceId, identity.Name);
            return Failed(past, current, exception);
        }

        if (result is null)
        {
            return Failed(past, current, new InvalidOperationException($"A middleware did not call the orchestrator function '{identity.Name}'."));
        }

        if (result.CustomStatus is { } status && Encoding.Unicode.GetByteCount(status) > MaxCustomStatusSize)
        {
            return Failed(past, current, CustomStatusTooLarge());
        }

        return result;
    }

    private static ArgumentException CustomStatusTooLarge()
    {
        // Names no parameter, because the message is the instance's visible output.
#pragma warning disable MA0015
        return new ArgumentException("The size of the JSON-serialized payload must not exceed 16 KB of UTF-16 text. Please use a smaller payload.");
#pragma warning restore MA0015
    }

    private static EpisodeResult Failed(List<HistoryEvent> past, List<HistoryEvent> current, Exception exception)
    {
        int id = past.Concat(current).Max(historyEvent => historyEvent.EventId) + 1;
        OrchestratorAction failure = new OrchestratorAction.Complete(id, OrchestrationRuntimeStatus.Failed, exception.Message, FailureRecord.FromException(exception));
        return new EpisodeResult([failure], null, new Dictionary<int, DateTime>(), IsSuspended: false);
    }

    /// <summary>Starts what the history says is open and does not run yet.</summary>
    private void Reconcile(InstanceActor actor, InstanceState state)
    {
        if (_isDraining)
        {
            return;
        }

        string executionId = state.ExecutionId;
        HashSet<int> completed = state.CompletedTasks();
        actor.ForgetActivities(activity => activity.ExecutionId != executionId || completed.Contains(activity.TaskId));
        foreach (HistoryEvent scheduled in state.OpenActivities())
        {
            if (actor.TryBeginActivity(executionId, scheduled.EventId))
            {
                Track(() => RunActivityAsync(actor.InstanceId, executionId, scheduled));
            }
        }

        actor.Arm(
            executionId,
            state.OpenTimers().Select(created => (created.EventId, created.FireAt ?? default)),
            _timeProvider,
            _options.TestModes.TimerLateness,
            OnTimersDue);
    }

    private static void Release(InstanceActor actor)
    {
        actor.Dispose();
        actor.ForgetActivities(_ => true);
        actor.State = null;
    }

    private void OnStartDue(InstanceActor actor) => Wake(actor);

    private void OnTimersDue(InstanceActor actor)
    {
        if (_isDraining)
        {
            return;
        }

        (string executionId, IReadOnlyList<(int TaskId, DateTime FireAt)> due) = actor.TakeDue(_timeProvider, _options.TestModes.TimerLateness, OnTimersDue);
        foreach ((int taskId, DateTime fireAt) in due)
        {
            HistoryEvent fired = new()
            {
                EventType = HistoryEventType.TimerFired,
                Timestamp = _timeProvider.GetUtcNow(),
                TimerId = taskId,
                FireAt = fireAt,
            };
            Post(actor.InstanceId, new PendingMessage(fired, executionId, null));
        }
    }
}
