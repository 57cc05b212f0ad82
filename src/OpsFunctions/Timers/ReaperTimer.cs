using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using OpsFunctions.Composition;

namespace OpsFunctions.Timers;

/// <summary>Lets the reaper carry out deletions.</summary>
/// <param name="reaper">The reaper.</param>
public sealed class ReaperTimer(Reaper reaper)
{
    /// <summary>One tick. Ticks may overlap or come twice.</summary>
    [Function("Reaper")]
    public Task RunAsync(
        [TimerTrigger($"%{RetentionOptions.ReaperScheduleSetting}%")] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        FunctionContext context) =>
        reaper.TickAsync(client, context?.CancellationToken ?? CancellationToken.None);
}
