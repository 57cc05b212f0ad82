using Google.Protobuf;
using LocalHost.Durable.Execution;
using LocalHost.Durable.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Worker;
using Microsoft.DurableTask.Worker.Grpc;
using Microsoft.DurableTask.Worker.Shims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using P = Microsoft.DurableTask.Protobuf;

namespace LocalHost.Tests.Packages;

/// <summary>
/// Plays an episode in the packages' own worker, the way the Functions extension does: the host's request goes in, the engine's executor
/// runs the orchestrator in the worker's context, and what the host is asked for comes out.
/// </summary>
internal sealed class RealEpisodePlayer
{
    private readonly DataConverter _converter;
    private readonly ServiceProvider _services;

    public RealEpisodePlayer(DataConverter converter)
    {
        _converter = converter;
        _services = new ServiceCollection()
            .AddSingleton(new DurableTaskShimFactory(new DurableTaskWorkerOptions { DataConverter = converter }, NullLoggerFactory.Instance))
            .BuildServiceProvider();
    }

    public string Play(
        OrchestrationIdentity identity,
        Func<TaskOrchestrationContext, Task<object?>> orchestrator,
        IReadOnlyList<HistoryEvent> pastEvents,
        IReadOnlyList<HistoryEvent> newEvents)
    {
        P.OrchestratorRequest request = new() { InstanceId = identity.InstanceId, ExecutionId = identity.ExecutionId };
        request.PastEvents.AddRange(pastEvents.Select(one => HostHistory.Of(one, identity)));
        request.NewEvents.AddRange(newEvents.Select(one => HostHistory.Of(one, identity)));

        string response = GrpcOrchestrationRunner.LoadAndRun(
            Convert.ToBase64String(request.ToByteArray()),
            new Function(context => orchestrator(new FunctionOrchestrationContext(context, identity.Input, _converter))),
            _services);
        return EpisodeText.Of(P.OrchestratorResponse.Parser.ParseFrom(Convert.FromBase64String(response)));
    }

    private sealed class Function(Func<TaskOrchestrationContext, Task<object?>> body) : ITaskOrchestrator
    {
        public Type InputType => typeof(object);

        public Type OutputType => typeof(object);

        public Task<object?> RunAsync(TaskOrchestrationContext context, object? input) => body(context);
    }
}
