using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;

namespace OpsFunctions.Timers;

/// <summary>Removes the orchestration instances of a run, of all its generations.</summary>
/// <param name="logger">Logger.</param>
public sealed partial class InstanceRemover(ILogger<InstanceRemover> logger)
{
    // A run has an instance per replaced engine; what is beyond comes with the next tick.
    private const int AtOnce = 100;

    /// <summary>Ends what runs and removes what has ended. Returns whether there is none left; an instance takes a moment to end.</summary>
    public async Task<bool> RemoveAsync(DurableTaskClient client, RunId runId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        var (seen, left) = (0, 0);
        try
        {
            var query = new OrchestrationQuery(InstanceIdPrefix: $"{runId}-g", PageSize: AtOnce);
            await foreach (var instance in client.GetAllInstancesAsync(query).WithCancellation(cancellationToken))
            {
                if (!IsEngineOf(runId, instance.InstanceId))
                {
                    continue;
                }

                if (++seen > AtOnce)
                {
                    return false;
                }

                if (instance.IsCompleted)
                {
                    await client.PurgeInstanceAsync(instance.InstanceId, cancellationToken);
                }
                else
                {
                    left++;
                    await client.TerminateInstanceAsync(instance.InstanceId, (object)"its run is deleted", cancellationToken);
                }
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // It ended, or was removed, between listing and telling, for which the clients of the framework have no common exception;
            // or the engine's storage is away. Either way the next tick looks again.
            RemovalFailed(logger, exception, runId);
            return false;
        }

        return left == 0;
    }

    /// <summary>The prefix alone would also take the engines of a run whose id goes on where this one ends.</summary>
    private static bool IsEngineOf(RunId runId, string instanceId)
    {
        var prefix = $"{runId}-g";
        return instanceId.Length > prefix.Length
            && instanceId.StartsWith(prefix, StringComparison.Ordinal)
            && !instanceId.AsSpan(prefix.Length).ContainsAnyExceptInRange('0', '9');
    }
}
