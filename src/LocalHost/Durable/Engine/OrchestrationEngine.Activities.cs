using LocalHost.Durable.History;
using LocalHost.Durable.Storage;

namespace LocalHost.Durable.Engine;

internal sealed partial class OrchestrationEngine
{
    private async Task RunActivityAsync(string instanceId, string executionId, HistoryEvent scheduled)
    {
        await _activitySlots.WaitAsync(_killed.Token);
        try
        {
            if (_isDraining)
            {
                return;
            }

            Interlocked.Increment(ref _runningActivities);
            try
            {
                DurableTestModes modes = _options.TestModes;
                HistoryEvent? outcome = await AttemptAsync(instanceId, scheduled);
                if (modes.LoseFirstActivityResult)
                {
                    LogResultLost(instanceId, scheduled.Name!, scheduled.EventId);
                    outcome = await AttemptAsync(instanceId, scheduled);
                }

                PostOutcome(instanceId, executionId, outcome);
                if (modes.RunActivitiesTwice)
                {
                    PostOutcome(instanceId, executionId, await AttemptAsync(instanceId, scheduled));
                }
            }
            finally
            {
                Interlocked.Decrement(ref _runningActivities);
            }
        }
        finally
        {
            _activitySlots.Release();
        }
    }

    private void PostOutcome(string instanceId, string executionId, HistoryEvent? outcome)
    {
        if (outcome is not null && !_killed.IsCancellationRequested)
        {
            // Not stored by itself: until the episode that takes it is, the activity counts as not executed.
            Post(instanceId, new PendingMessage(outcome, executionId, null));
        }
    }

    /// <returns>Null if the attempt does not count, because the host is stopping.</returns>
    private async Task<HistoryEvent?> AttemptAsync(string instanceId, HistoryEvent scheduled)
    {
        string name = scheduled.Name!;
        HistoryEvent outcome = new()
        {
            EventType = HistoryEventType.TaskFailed,
            Timestamp = _timeProvider.GetUtcNow(),
            TaskScheduledId = scheduled.EventId,
        };
        if (!_functions.HasActivity(name))
        {
            LogUnknownActivity(instanceId, name);
            return outcome with { Reason = $"There is no activity function named '{name}'." };
        }

        try
        {
            object? result = await _functions.RunActivityAsync(name, instanceId, scheduled.Input is [_, .. string input, _] ? input : "null", _activitiesCancelled.Token);
            return outcome with
            {
                EventType = HistoryEventType.TaskCompleted,
                Timestamp = _timeProvider.GetUtcNow(),
                Result = _converter.Serialize(result),
            };
        }
        catch (Exception exception) when (!_activitiesCancelled.IsCancellationRequested)
        {
            LogActivityFailed(exception, instanceId, name, scheduled.EventId);
            return outcome with
            {
                Timestamp = _timeProvider.GetUtcNow(),
                Reason = $"Function '{name}' failed with an unhandled exception.",
                FailureDetails = FailureRecord.FromException(exception),
            };
        }
        catch (Exception)
        {
            // Whatever an interrupted activity throws, it is not the work's failure.
            LogActivityAbandoned(instanceId, name, scheduled.EventId);
            return null;
        }
    }
}
