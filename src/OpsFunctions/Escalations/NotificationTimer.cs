using Microsoft.Azure.Functions.Worker;
using OpsManager.Notifications.Configuration;

namespace OpsFunctions.Escalations;

/// <summary>Delivers what is left: what an instance did not live to tell, what waits, what a sink did not take.</summary>
/// <param name="dispatcher">Delivers.</param>
public sealed class NotificationTimer(NotificationDispatcher dispatcher)
{
    /// <summary>One tick. Ticks may overlap or come twice.</summary>
    [Function("Notifications")]
    public Task RunAsync([TimerTrigger($"%{NotificationOptions.ScheduleSetting}%")] TimerInfo timer, FunctionContext context) =>
        dispatcher.RunAsync(context?.CancellationToken ?? CancellationToken.None);
}
