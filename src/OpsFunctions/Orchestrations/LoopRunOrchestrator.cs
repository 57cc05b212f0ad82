using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace OpsFunctions.Orchestrations;

/// <summary>
/// The engine of one Loop Run and generation. It decides nothing that is not stored and keeps nothing that a table does not: it can
/// be terminated and replaced at any moment.
/// </summary>
public static class LoopRunOrchestrator
{
    /// <summary>
    /// The one event an engine waits for. It carries nothing: whoever wants something of a run writes it into the run's partition
    /// first and then wakes the engine. An event of any other name, such as a raw <c>intent</c> from a monitor, is buffered by the
    /// framework until the execution ends and has no effect; it can neither fail the engine nor be mistaken for a command.
    /// </summary>
    public const string WakeEvent = "wake";

    /// <summary>Runs the engine.</summary>
    [Function(nameof(LoopRunOrchestrator))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var input = context.GetInput<EngineInput>()
            ?? throw new InvalidOperationException("An engine needs an input: it is started through POST /api/runs or by the watchdog.");
        using var engine = new Engine(context, input);
        await engine.RunAsync();
    }
}
