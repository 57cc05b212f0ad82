using LocalHost.Durable.History;
using LocalHost.Durable.Storage;

namespace LocalHost.Durable.Engine;

internal sealed partial class OrchestrationEngine
{
    private async Task RunActivityAsync(string instanceId, string executionId, HistoryEvent scheduled)
    {
        await activitySlots.WaitAsync(killed.Token);
        try
        {
            if (isDraining)
            {
                return;
            }

            Interlocked.Increment(ref runningActivities);
            try
            {
                DurableTestModes modes = options.TestModes;
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
                Interlocked.Decrement(ref runningActivities);
            }
        }
        finally
        {
            activitySlots.Release();
        }
    }

    private void PostOutcome(string instanceId, string executionId, HistoryEvent? outcome)
    {
        if (outcome is not null && !killed.IsCancellationRequested)
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
            Timestamp = timeProvider.GetUtcNow(),
            TaskScheduledId = scheduled.EventId,
        };
        if (!functions.HasActivity(name))
        {
            LogUnknownActivity(instanceId, name);
            return outcome with { Reason = $"There is no activity function named '{name}'." };
        }

        try
        {
            object? result = await functions.RunActivityAsync(name, instanceId, scheduled.Input is [_, .. string input, _] ? input : "null", activitiesCancelled.Token);
            return outcome with
            {
                EventType = HistoryEventType.TaskCompleted,
                Timestamp = timeProvider.GetUtcNow(),
                Result = converter.Serialize(result),
            };
        }
        catch (Exception exception) when (!activitiesCancelled.IsCancellationRequested)
        {
            LogActivityFailed(exception, instanceId, name, scheduled.EventId);
            return outcome with
            {
                Timestamp = timeProvider.GetUtcNow(),
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
