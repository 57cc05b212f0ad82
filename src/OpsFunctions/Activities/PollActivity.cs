using Microsoft.Azure.Functions.Worker;
using OpsFunctions.Activities.Polling;

namespace OpsFunctions.Activities;

/// <summary>Polls a run once.</summary>
/// <param name="poller">Polls.</param>
public sealed class PollActivity(RunPoller poller)
{
    /// <summary>Runs the activity.</summary>
    [Function(nameof(PollActivity))]
    public Task<PollOutcome> RunAsync([ActivityTrigger] PollRequest request, FunctionContext context) =>
        poller.PollAsync(request, context?.CancellationToken ?? CancellationToken.None);
}
