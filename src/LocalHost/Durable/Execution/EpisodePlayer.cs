using LocalHost.Durable.History;
using Microsoft.DurableTask;

namespace LocalHost.Durable.Execution;

/// <summary>Gives every episode a context of its own.</summary>
internal sealed class EpisodePlayer(DataConverter converter, ILoggerFactory loggerFactory, OrchestrationContextSettings settings) : IEpisodePlayer
{
    public EpisodeResult Play(
        OrchestrationIdentity identity,
        Func<TaskOrchestrationContext, Task<object?>> orchestrator,
        IReadOnlyList<HistoryEvent> pastEvents,
        IReadOnlyList<HistoryEvent> newEvents)
        => new LocalOrchestrationContext(identity, converter, loggerFactory, settings).Execute(orchestrator, pastEvents, newEvents);
}
