using DurableTask.Core.Exceptions;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Engine;

internal sealed partial class OrchestrationEngine
{
    private static readonly OrchestrationRuntimeStatus[] LiveStatuses =
    [
        OrchestrationRuntimeStatus.Pending,
        OrchestrationRuntimeStatus.Running,
        OrchestrationRuntimeStatus.Suspended,
    ];

    public async Task<string> StartInstanceAsync(StartRequest request, CancellationToken cancellationToken)
    {
        EnsureRunning();
        string instanceId = request.InstanceId ?? Guid.NewGuid().ToString("N");
        InstanceIdRules.Check(instanceId);
        if (!_functions.HasOrchestrator(request.Name))
        {
            throw new ArgumentException($"There is no orchestrator function named '{request.Name}'.", nameof(request));
        }

        bool anyState = _options.OverridableStates == OverridableStates.AnyState;
        if (anyState
            && request.DedupeStatuses.Contains(OrchestrationRuntimeStatus.Terminated)
            && LiveStatuses.Any(status => !request.DedupeStatuses.Contains(status)))
        {
            throw new ArgumentException("Terminated instances cannot block a start that may terminate running ones.", nameof(request));
        }

        InstanceActor actor = Actor(instanceId);
        while (true)
        {
            InstanceRecord? existing;
            using (await actor.EnterAsync(cancellationToken))
            {
                existing = await _store.GetInstanceAsync(instanceId, cancellationToken);
                if (existing is not null && (request.DedupeStatuses.Contains(existing.RuntimeStatus) || (!anyState && !existing.IsTerminal)))
                {
                    throw new OrchestrationAlreadyExistsException(
                        $"An orchestration instance with the id '{instanceId}' exists already, in status {existing.RuntimeStatus}.");
                }

                if (existing is null or { IsTerminal: true })
                {
                    HistoryEvent started = new()
                    {
                        EventType = HistoryEventType.ExecutionStarted,
                        Timestamp = _timeProvider.GetUtcNow(),
                        ExecutionId = Guid.NewGuid().ToString("N"),
                        Name = request.Name,
                        Version = request.Version ?? _options.DefaultVersion,
                        Input = request.Input,
                        Tags = request.Tags,
                        ScheduledStartTime = request.StartAt,
                    };
                    InstanceRecord record = EpisodeHistory.InstanceOf(instanceId, started, existing?.Generation + 1 ?? 0);

                    // The row is the start: the next process begins every Pending instance that has no history.
                    await _store.PutInstanceAsync(record, cancellationToken);

                    // Where nothing was before there is nothing to be read.
                    actor.State = existing is null ? new InstanceState { Record = record } : null;
                    actor.SignalChanged();
                    break;
                }
            }

            await TerminateAsync(instanceId, null, recursive: false, cancellationToken);
            await WaitAsync(instanceId, record => record.IsTerminal, cancellationToken);
        }

        LogStarted(instanceId, request.Name);
        Wake(actor);
        return instanceId;
    }

    public async Task RaiseEventAsync(string instanceId, string eventName, string? payload, CancellationToken cancellationToken)
    {
        EnsureRunning();
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        InstanceRecord record = await GetRequiredAsync(instanceId, cancellationToken);
        if (record.IsTerminal)
        {
            throw new InstanceStateException($"The orchestration instance '{instanceId}' has ended and takes no events.", record.RuntimeStatus);
        }

        HistoryEvent raised = new()
        {
            EventType = HistoryEventType.EventRaised,
            Timestamp = _timeProvider.GetUtcNow(),
            Name = eventName,
            Input = payload,
        };
        await SendAsync(instanceId, null, raised, cancellationToken);
        if (_options.TestModes.DeliverEventsTwice)
        {
            await SendAsync(instanceId, null, raised, cancellationToken);
        }
    }

    public async Task TerminateAsync(string instanceId, string? output, bool recursive, CancellationToken cancellationToken)
    {
        EnsureRunning();
        InstanceActor actor = Actor(instanceId);
        List<string> children = [];
        using (await actor.EnterAsync(cancellationToken))
        {
            InstanceRecord record = await GetRequiredAsync(instanceId, cancellationToken);
            if (record.IsTerminal)
            {
                throw new InstanceStateException($"The orchestration instance '{instanceId}' has ended and cannot be terminated.", record.RuntimeStatus);
            }

            InstanceState? state = actor.State ??= await LoadAsync(actor, cancellationToken);
            if (state is { Checkpoint: null } && state.Record.ScheduledStartTime > _timeProvider.GetUtcNow())
            {
                await TerminateUnstartedAsync(actor, state.Record, output, cancellationToken);
                return;
            }

            if (recursive && state is not null)
            {
                children.AddRange(state.OpenSubOrchestrations().Select(child => child.InstanceId!));
            }
        }

        HistoryEvent terminated = new()
        {
            EventType = HistoryEventType.ExecutionTerminated,
            Timestamp = _timeProvider.GetUtcNow(),
            Input = output,
        };
        await SendAsync(instanceId, null, terminated, cancellationToken);

        foreach (string child in children)
        {
            try
            {
                await TerminateAsync(child, output, recursive: true, cancellationToken);
            }
            catch (Exception exception) when (exception is InstanceNotFoundException or InstanceStateException)
            {
                // Ended by itself in the meantime.
            }
        }
    }

    public Task SuspendAsync(string instanceId, string? reason, CancellationToken cancellationToken)
        => SwitchAsync(
            instanceId,
            reason,
            HistoryEventType.ExecutionSuspended,
            [OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending],
            cancellationToken);

    public Task ResumeAsync(string instanceId, string? reason, CancellationToken cancellationToken)
        => SwitchAsync(instanceId, reason, HistoryEventType.ExecutionResumed, [OrchestrationRuntimeStatus.Suspended], cancellationToken);

    /// <returns>Whether there was an instance to delete.</returns>
    public async Task<bool> PurgeAsync(string instanceId, bool recursive, CancellationToken cancellationToken)
    {
        InstanceActor actor = Actor(instanceId);
        List<string> children = [];
        using (await actor.EnterAsync(cancellationToken))
        {
            InstanceRecord? record = await _store.GetInstanceAsync(instanceId, cancellationToken);
            if (record is null)
            {
                return false;
            }

            if (!record.IsTerminal)
            {
                throw new InstanceStateException($"The orchestration instance '{instanceId}' has not ended and cannot be purged.", record.RuntimeStatus);
            }

            if (recursive && await _store.GetCheckpointAsync(instanceId, cancellationToken) is { } stored)
            {
                children.AddRange(stored.Checkpoint.History
                    .Where(created => created.EventType == HistoryEventType.SubOrchestrationInstanceCreated)
                    .Select(created => created.InstanceId!));
            }

            await _store.DeleteInstanceAsync(instanceId, cancellationToken);
            actor.State = null;
            actor.SignalChanged();
        }

        foreach (string child in children)
        {
            try
            {
                await PurgeAsync(child, recursive: true, cancellationToken);
            }
            catch (InstanceStateException)
            {
                // Not ended; it stays.
            }
        }

        return true;
    }

    /// <summary>Waits, also for an instance that does not exist yet, until the token is cancelled.</summary>
    public async Task<InstanceRecord> WaitAsync(string instanceId, Predicate<InstanceRecord> condition, CancellationToken cancellationToken)
    {
        InstanceActor actor = Actor(instanceId);
        while (true)
        {
            Task changed = actor.Changed;
            if (await _store.GetInstanceAsync(instanceId, cancellationToken) is { } record && condition(record))
            {
                return record;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private async Task SwitchAsync(string instanceId, string? reason, HistoryEventType eventType, OrchestrationRuntimeStatus[] allowed, CancellationToken cancellationToken)
    {
        EnsureRunning();
        InstanceRecord record = await GetRequiredAsync(instanceId, cancellationToken);
        if (!allowed.Contains(record.RuntimeStatus))
        {
            throw new InstanceStateException($"The orchestration instance '{instanceId}' is {record.RuntimeStatus}, which does not allow the operation.", record.RuntimeStatus);
        }

        HistoryEvent switched = new()
        {
            EventType = eventType,
            Timestamp = _timeProvider.GetUtcNow(),
            Reason = reason,
        };
        await SendAsync(instanceId, null, switched, cancellationToken);
    }

    private async Task TerminateUnstartedAsync(InstanceActor actor, InstanceRecord record, string? output, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _timeProvider.GetUtcNow();
        await _store.PutInstanceAsync(
            record with { RuntimeStatus = OrchestrationRuntimeStatus.Terminated, Output = output, LastUpdatedTime = now, CompletedTime = now },
            cancellationToken);
        Release(actor);
        actor.SignalChanged();
    }

    private async Task<InstanceRecord> GetRequiredAsync(string instanceId, CancellationToken cancellationToken)
        => await _store.GetInstanceAsync(instanceId, cancellationToken)
            ?? throw new InstanceNotFoundException($"There is no orchestration instance with the id '{instanceId}'.");

    private void EnsureRunning()
    {
        // Also while draining: what still runs may raise events and start instances, which the next process continues.
        if (!_isStarted || _killed.IsCancellationRequested)
        {
            throw new InvalidOperationException("The orchestration engine is not running.");
        }
    }
}
