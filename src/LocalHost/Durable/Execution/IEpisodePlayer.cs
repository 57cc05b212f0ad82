using LocalHost.Durable.History;
using Microsoft.DurableTask;

namespace LocalHost.Durable.Execution;

/// <summary>Plays one episode of an orchestration: what was before again, then what is new.</summary>
internal interface IEpisodePlayer
{
    EpisodeResult Play(
        OrchestrationIdentity identity,
        Func<TaskOrchestrationContext, Task<object?>> orchestrator,
        IReadOnlyList<HistoryEvent> pastEvents,
        IReadOnlyList<HistoryEvent> newEvents);
}
