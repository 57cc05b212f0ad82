using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using OpsFunctions.Composition;

namespace OpsFunctions.Timers;

/// <summary>Lets the watchdog look after the engines.</summary>
/// <param name="watchdog">The watchdog.</param>
public sealed class WatchdogTimer(Watchdog watchdog)
{
    /// <summary>One tick. Ticks may overlap or come twice.</summary>
    [Function("Watchdog")]
    public Task RunAsync(
        [TimerTrigger($"%{WatchdogOptions.ScheduleSetting}%")] TimerInfo timer,
        [DurableClient] DurableTaskClient client,
        FunctionContext context) =>
        watchdog.TickAsync(client, context?.CancellationToken ?? CancellationToken.None);
}
