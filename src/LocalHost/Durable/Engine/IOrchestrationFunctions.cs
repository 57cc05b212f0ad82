using LocalHost.Durable.Execution;
using Microsoft.DurableTask;

namespace LocalHost.Durable.Engine;

/// <summary>The app's orchestrators and activities, as the engine calls them.</summary>
internal interface IOrchestrationFunctions
{
    bool HasOrchestrator(string name);

    bool HasActivity(string name);

    /// <summary>Calls <paramref name="episode"/> once, synchronously, with the orchestrator's code.</summary>
    Task RunOrchestratorAsync(OrchestrationIdentity identity, Action<Func<TaskOrchestrationContext, Task<object?>>> episode, CancellationToken cancellationToken);

    Task<object?> RunActivityAsync(string name, string instanceId, string input, CancellationToken cancellationToken);
}
