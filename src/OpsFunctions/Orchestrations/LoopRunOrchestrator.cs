using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using OpsManager.Core.Runs;

namespace OpsFunctions.Orchestrations;

/// <summary>
/// The engine of one Loop Run and generation. It decides nothing that is not stored and keeps nothing that a table does not: it can
/// be terminated and replaced at any moment.
/// </summary>
public static partial class LoopRunOrchestrator
{
    /// <summary>
    /// Has the engine look now. It need not carry anything: whoever wants something of a run asks the API, which stores it and then
    /// wakes the engine. An object with a member <c>intent</c> is taken for what <see cref="IntentEvent"/> would carry.
    /// </summary>
    public const string WakeEvent = "wake";

    /// <summary>
    /// Asks something of the run without the API: for operators of the engine who have its key and nothing else at hand. It becomes an
    /// intent like any other, refused where it is not possible; what cannot be read is noted. Neither can fail the engine. An event of
    /// any other name is buffered by the framework until the execution ends and has no effect.
    /// </summary>
    public const string IntentEvent = "intent";

    /// <summary>Runs the engine.</summary>
    [Function(nameof(LoopRunOrchestrator))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var input = context.GetInput<EngineInput>()
            ?? throw new InvalidOperationException("An engine needs an input: it is started through POST /api/runs or by the watchdog.");
        if (!input.IsOf(context.InstanceId))
        {
            // "Restart" of the Durable HTTP API and of monitors makes such a copy of an engine. What the engine writes is recognised by
            // run and generation, which the copy has too: it would be a second engine.
            CopyFound(context.CreateReplaySafeLogger(nameof(LoopRunOrchestrator)), input.RunId, input.Generation, context.InstanceId, input.TraceId);
            context.SetCustomStatus(new Dictionary<string, string> { ["runId"] = input.RunId.Value, ["trouble"] = "not_the_engine" });
            return;
        }

        if (input.Version > EngineInput.CurrentVersion)
        {
            // Whoever went back to this version cannot know what the newer format means. The watchdog begins anew from the tables.
            throw new InvalidOperationException($"The engine's input has format {input.Version}; this version knows formats up to {EngineInput.CurrentVersion}.");
        }

        using var engine = new Engine(context, input);
        await engine.RunAsync();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Instance {InstanceId} was started for run {RunId}, generation {Generation}, but is not its engine; it ends, trace {TraceId}")]
    private static partial void CopyFound(ILogger logger, RunId runId, int generation, string instanceId, string? traceId);
}
