using System.Diagnostics;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using OpsFunctions.Middleware;
using OpsFunctions.Telemetry;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Orchestrations;

/// <summary>Starts the orchestration of a run.</summary>
public sealed class EngineStarter
{
    /// <summary>Starts the engine that a head names, unless it runs. Returns whether it was started now.</summary>
    public async Task<bool> EnsureStartedAsync(DurableTaskClient client, RunHead head, CancellationToken cancellationToken)
    {
        var input = new EngineInput
        {
            RunId = head.Run.Spec.RunId,
            Generation = head.Engine.Generation,
            TraceId = RequestTrace.IdOf(head.Run.Spec.TraceParent),
            // Cycles rise within a generation, also when an instance was lost and is started again: they tell a repeated poll or
            // write from a new one.
            Cycle = head.Poll.Cycle,
        };
        // The client hands the current span on to the orchestration: it is to be in the run's trace, whoever starts it.
        using var span = OpsTelemetry.StartSpan("run.engine.start", ActivityKind.Producer, head.Run.Spec.TraceParent);
        span.SetTag(TelemetryTags.RunId, head.Run.Spec.RunId.Value);
        span.SetTag(TelemetryTags.Generation, head.Engine.Generation);
        try
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(LoopRunOrchestrator),
                input,
                new StartOrchestrationOptions(InstanceId: head.Engine.InstanceId),
                cancellationToken);
            return true;
        }
        catch (OrchestrationAlreadyExistsException)
        {
            return false;
        }
    }
}
