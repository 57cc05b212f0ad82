using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsFunctions.Composition;
using OpsFunctions.Middleware;
using OpsFunctions.Telemetry;
using OpsManager.Core.Decisions;
using OpsManager.Core.Lifecycle;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Activities;

/// <summary>Asks the adapter to launch a runtime process.</summary>
/// <param name="store">The store.</param>
/// <param name="adapter">The adapter client.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Logger.</param>
public sealed partial class StartRuntimeActivity(
    IRunStore store, IAdapterClient adapter, IOptions<PollingOptions> options, TimeProvider time, ILogger<StartRuntimeActivity> logger)
{
    /// <summary>Runs the activity. Null means that nobody knows what became of it, or that it is not possible yet: it is asked again with the next cycle.</summary>
    [Function(nameof(StartRuntimeActivity))]
    public async Task<StartAnswer?> RunAsync([ActivityTrigger] StartRuntimeRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        var cancellationToken = context?.CancellationToken ?? CancellationToken.None;
        var head = await store.FindForAsync(request.RunId, request.Generation, cancellationToken);
        if (head is null
            || head.Run.Lifecycle.State.IsTerminal())
        {
            // The poll of the next cycle finds the same and stops the engine.
            return null;
        }

        var spec = head.Run.Spec;
        using var scope = logger.BeginRunScope(spec);
        using var span = OpsTelemetry.StartSpan("run.launch", ActivityKind.Internal, spec.TraceParent);
        span.SetTag(TelemetryTags.RunId, request.RunId.Value);
        span.SetTag(TelemetryTags.Attempt, request.Attempt);
        var order = new StartOrder(request.RunId, request.Attempt, request.Generation, ControlOrders.OfStart(request.Generation, request.Cycle));
        var result = await time.WithinAsync(
            options.Value.ControlTimeout, token => adapter.StartAsync(spec.Sprite, spec.LoopId, order, token), cancellationToken);
        switch (result)
        {
            case AdapterAnswer<StartAnswer> { Value: { Accepted: true, BaseLine: null } answer }:
                // The polls before the launch moved the position along with the log.
                return answer with { BaseLine = head.Log.Line };
            case AdapterAnswer<StartAnswer> { Value: { Accepted: false, RefusalCode: { } code } } when StartRefusals.LeavesOpen(code):
                // An earlier call of this run, whose answer came too late, may be launching: an end now would disown its process.
                OutcomeUnknown(logger, request.RunId, request.Attempt, code, RequestTrace.IdOf(spec.TraceParent));
                return null;
            case AdapterAnswer<StartAnswer> { Value: { Accepted: false, RefusalCode: { } code } } when StartRefusals.MayPass(code):
                NotYet(logger, request.RunId, request.Attempt, code, RequestTrace.IdOf(spec.TraceParent));
                return null;
            case AdapterAnswer<StartAnswer> answer:
                return answer.Value;
            case AdapterFailure<StartAnswer> failure when IsRefusal(failure.Code):
                return new StartAnswer(false, failure.Code, failure.Detail, null);
            case AdapterFailure<StartAnswer> failure:
                OutcomeUnknown(logger, request.RunId, request.Attempt, failure.Code, RequestTrace.IdOf(spec.TraceParent));
                return null;
            default:
                return null;
        }
    }

    // Answers that were given before anything could be launched. Every other failure may have launched it.
    private static bool IsRefusal(string code) =>
        code is AdapterFailureCodes.AdapterUnauthorized or AdapterFailureCodes.LoopUnknown or AdapterFailureCodes.EndpointNotAllowed or AdapterFailureCodes.AdapterTokenMissing;
}
