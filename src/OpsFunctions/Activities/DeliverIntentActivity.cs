using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsFunctions.Activities.Diagnostics;
using OpsFunctions.Composition;
using OpsFunctions.Middleware;
using OpsFunctions.Telemetry;
using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage.Diagnostics;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Activities;

/// <summary>Sends one intent to the adapter. It may run twice: adapters that can be told so recognise the repeated call, and of the others only reading tells.</summary>
/// <param name="store">The store.</param>
/// <param name="adapter">The adapter client.</param>
/// <param name="capture">Keeps what an attempt leaves.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Logger.</param>
public sealed partial class DeliverIntentActivity(
    IRunStore store,
    IAdapterClient adapter,
    DiagnosticsCapture capture,
    IOptions<PollingOptions> options,
    TimeProvider time,
    ILogger<DeliverIntentActivity> logger)
{
    /// <summary>Runs the activity. Null means that nothing was sent: the engine or the intent is not what it was.</summary>
    [Function(nameof(DeliverIntentActivity))]
    public async Task<DeliveryAnswer?> RunAsync([ActivityTrigger] DeliverIntentRequest request, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(request);
        var cancellationToken = context?.CancellationToken ?? CancellationToken.None;
        var head = await store.FindForAsync(request.RunId, request.Generation, cancellationToken);
        if (head is null
            || head.Run.Intents.FirstOrDefault(open => open.Id == request.Intent) is not { Status: IntentStatus.Sending } intent)
        {
            return null;
        }

        var spec = head.Run.Spec;
        var traceId = RequestTrace.IdOf(intent.TraceParent ?? spec.TraceParent);
        using var scope = logger.BeginRunScope(spec);
        using var span = OpsTelemetry.StartSpan("run.intent", ActivityKind.Internal, intent.TraceParent ?? spec.TraceParent);
        span.SetTag(TelemetryTags.RunId, request.RunId.Value);
        span.SetTag(TelemetryTags.Intent, intent.Id.Value);
        span.SetTag(TelemetryTags.Verb, intent.Verb.Word());
        var answer = intent.Verb == IntentVerb.Relaunch
            ? await LaunchAsync(head, intent, request, cancellationToken)
            : await ControlAsync(head, intent, request, traceId, cancellationToken);
        span.SetTag(TelemetryTags.Outcome, answer.Outcome);
        if (answer.Outcome != DeliveryOutcome.Done)
        {
            span.Fail(answer.Code ?? "no_answer");
        }

        Sent(logger, intent.Id, request.RunId, intent.Verb, intent.By, intent.Sends, answer.Outcome, answer.Code ?? LogWords.NoCode, traceId);
        return answer;
    }

    private async Task<DeliveryAnswer> ControlAsync(RunHead head, Intent intent, DeliverIntentRequest request, string? traceId, CancellationToken cancellationToken)
    {
        var (spec, attempts) = (head.Run.Spec, head.Run.Evidence.Attempts);
        var order = new ControlOrder
        {
            RunId = spec.RunId,
            Intent = intent.Id,
            Verb = intent.Verb,
            By = intent.By,
            Note = intent.Note,
            Attempt = intent.Attempt,
            Generation = request.Generation,
            Order = ControlOrders.OfIntent(request.Generation, request.Cycle),
            Sends = intent.Sends,

            // Of a process that the adapter launched it is no news; of any other it is the only name there is.
            RuntimeRunId = attempts.Count == 0 ? null : attempts[^1].RuntimeRunId,
            Candidate = intent.Candidate,
            V1Only = head.Run.Capabilities is null,
        };
        var result = await time.WithinAsync(
            options.Value.ControlTimeout, token => adapter.ControlAsync(spec.Sprite, spec.LoopId, order, traceId, token), cancellationToken);
        return result is AdapterAnswer<DeliveryAnswer> answer ? answer.Value : Unknown(intent, result);
    }

    private async Task<DeliveryAnswer> LaunchAsync(RunHead head, Intent intent, DeliverIntentRequest request, CancellationToken cancellationToken)
    {
        var spec = head.Run.Spec;
        var attempt = intent.Attempt ?? head.Run.Evidence.Attempts.Count + 1;
        if (intent.Sends > 1)
        {
            // The engine had it done before the first order; what could not be had then may be had now, and is not asked for again otherwise.
            await capture.CaptureAsync(head, DiagnosticsCause.Relaunch, cancellationToken);
        }

        var order = new StartOrder(spec.RunId, attempt, request.Generation, ControlOrders.OfIntent(request.Generation, request.Cycle));
        var result = await time.WithinAsync(
            options.Value.ControlTimeout, token => adapter.StartAsync(spec.Sprite, spec.LoopId, order, token), cancellationToken);
        return result switch
        {
            AdapterAnswer<StartAnswer> { Value: { Accepted: true } started } =>
                new DeliveryAnswer(intent.Id, DeliveryOutcome.Done, BaseLine: started.BaseLine ?? head.Log.Line),
            AdapterAnswer<StartAnswer> busy when StartRefusals.LeavesOpen(busy.Value.RefusalCode) =>
                new DeliveryAnswer(intent.Id, DeliveryOutcome.Unknown, busy.Value.RefusalCode, busy.Value.Detail),
            AdapterAnswer<StartAnswer> refused => new DeliveryAnswer(intent.Id, DeliveryOutcome.Refused, refused.Value.RefusalCode, refused.Value.Detail),
            AdapterFailure<StartAnswer> { Code: AdapterFailureCodes.LoopUnknown } unknown =>
                new DeliveryAnswer(intent.Id, DeliveryOutcome.Refused, unknown.Code, unknown.Detail),
            _ => Unknown(intent, result),
        };
    }

    // Also where nothing was sent for want of a token: a person may put it right before the deadline.
    private static DeliveryAnswer Unknown<T>(Intent intent, AdapterResult<T> result) => result is AdapterFailure<T> failure
        ? new DeliveryAnswer(intent.Id, DeliveryOutcome.Unknown, failure.Code, failure.Detail)
        : throw new InvalidOperationException("The results of a call are a closed set.");
}
