using System.Diagnostics;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using OpsFunctions.Activities;
using OpsFunctions.Middleware;
using OpsFunctions.Orchestrations;
using OpsFunctions.Telemetry;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Http;

/// <summary>Has an engine look at what was stored for it. It only hurries: what is stored is found in any case.</summary>
/// <param name="store">The store.</param>
/// <param name="engines">Starts engines.</param>
/// <param name="logger">Logger.</param>
public sealed partial class EngineWaker(IRunStore store, EngineStarter engines, ILogger<EngineWaker> logger)
{
    /// <summary>Wakes the engine of a run, or starts one where the run has ended and its engine with it. Never throws for what the engine is.</summary>
    /// <param name="client">The durable client.</param>
    /// <param name="head">The run as stored.</param>
    /// <param name="intent">What was asked of it.</param>
    /// <param name="isNew">Whether it is asked for the first time: a repeated request must not replace the engine that the first one started.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public async Task WakeAsync(DurableTaskClient client, RunHead head, Intent intent, bool isNew, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(intent);
        using var span = OpsTelemetry.StartSpan("run.wake", ActivityKind.Producer, intent.TraceParent ?? head.Run.Spec.TraceParent);
        span.SetTag(TelemetryTags.RunId, head.Run.Spec.RunId.Value);
        try
        {
            if (isNew && head.Run.Lifecycle.State.IsTerminal() && head.NeedsEngine())
            {
                await StartAgainAsync(client, head, cancellationToken);
            }
            else
            {
                await client.RaiseEventAsync(head.Engine.InstanceId, LoopRunOrchestrator.WakeEvent, cancellation: cancellationToken);
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            NotWoken(logger, exception, head.Run.Spec.RunId, RequestTrace.IdOf(intent.TraceParent));
        }
    }

    /// <summary>The engine stopped with the end, or is just about to: a successor of a higher generation cannot meet it.</summary>
    private async Task StartAgainAsync(DurableTaskClient client, RunHead head, CancellationToken cancellationToken)
    {
        var next = EngineRef.For(head.Run.Spec.RunId, head.Engine.Generation + 1);
        if (await store.ReplaceEngineAsync(head, next, null, cancellationToken) is WriteResult.Written written)
        {
            await engines.EnsureStartedAsync(client, written.Head, cancellationToken);
        }
    }
}
