using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using OpsFunctions.Composition;

namespace OpsFunctions.Timers;

/// <summary>Lets retention find what is too old.</summary>
/// <param name="retention">The retention.</param>
public sealed class RetentionTimer(Retention retention)
{
    /// <summary>One tick. Ticks may overlap or come twice.</summary>
    [Function("Retention")]
    public Task RunAsync(
        [TimerTrigger($"%{RetentionOptions.ScheduleSetting}%")] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        FunctionContext context) =>
        retention.TickAsync(client, context?.CancellationToken ?? CancellationToken.None);
}
