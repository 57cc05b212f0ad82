using Microsoft.Azure.Functions.Worker;

namespace OpsFunctions.Activities.Diagnostics;

/// <summary>
/// Keeps what the sprite shows of an attempt: at the end of a run, and before a relaunch overwrites it. It may run twice, takes a bounded
/// time and never fails but by the host's own end: neither an end nor a relaunch waits for it to succeed.
/// </summary>
/// <param name="capture">Takes and stores them.</param>
public sealed class CaptureDiagnosticsActivity(DiagnosticsCapture capture)
{
    /// <summary>Runs the activity.</summary>
    [Function(nameof(CaptureDiagnosticsActivity))]
    public Task<CaptureDiagnosticsOutcome> RunAsync([ActivityTrigger] CaptureDiagnosticsRequest request, FunctionContext context) =>
        capture.CaptureAsync(request, context?.CancellationToken ?? CancellationToken.None);
}
