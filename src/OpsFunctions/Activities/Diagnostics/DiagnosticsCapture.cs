using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OpsFunctions.Composition;
using OpsFunctions.Middleware;
using OpsFunctions.Telemetry;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage.Diagnostics;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Activities.Diagnostics;

/// <summary>Takes diagnostics of runs and keeps them.</summary>
/// <param name="store">The store.</param>
/// <param name="diagnostics">Keeps them.</param>
/// <param name="adapter">The adapter client.</param>
/// <param name="options">Settings.</param>
/// <param name="time">Clock.</param>
/// <param name="logger">Logger.</param>
public sealed partial class DiagnosticsCapture(
    IRunStore store,
    IDiagnosticsStore diagnostics,
    IAdapterClient adapter,
    IOptions<PollingOptions> options,
    TimeProvider time,
    ILogger<DiagnosticsCapture> logger)
{
    /// <summary>The verb by which an endpoint offers diagnostics.</summary>
    public const string Capability = "diagnostics";

    /// <summary>Takes diagnostics of a run's newest attempt and keeps them, unless they are kept already.</summary>
    public async Task<CaptureDiagnosticsOutcome> CaptureAsync(CaptureDiagnosticsRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        try
        {
            return await TryCaptureAsync(request, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // What stands behind this, an end or a relaunch, matters more.
            DiagnosticsLost(logger, exception, request.RunId, request.Cause);
            return CaptureDiagnosticsOutcome.Lost;
        }
    }

    /// <summary>Asks the endpoint of a run now. Whatever comes of it is a value; nothing is stored.</summary>
    public async Task<StoredDiagnostics> AskAsync(RunHead head, DiagnosticsCause cause, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(head);
        var spec = head.Run.Spec;
        var taken = new StoredDiagnostics
        {
            Attempt = LatestAttempt(head),
            CapturedAt = time.GetUtcNow(),
            Cause = cause,
            Outcome = DiagnosticsOutcome.Unsupported,
        };
        if (head.Run.Capabilities?.Contains(Capability) != true)
        {
            return taken;
        }

        using var timeout = new CancellationTokenSource(options.Value.AttemptTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        AdapterResult<DiagnosticsReading> result;
        try
        {
            result = await adapter.GetDiagnosticsAsync(spec.Sprite, spec.LoopId, RequestTrace.IdOf(spec.TraceParent), linked.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            result = new AdapterFailure<DiagnosticsReading>(AdapterFailureCodes.TransportTimeout, $"No answer within {options.Value.AttemptTimeout.TotalSeconds:0.###} s.");
        }

        return result switch
        {
            AdapterAnswer<DiagnosticsReading> answer => taken with { Outcome = DiagnosticsOutcome.Captured, Document = answer.Value.Document },
            AdapterFailure<DiagnosticsReading> failure => taken with
            {
                Outcome = DiagnosticsOutcome.Failed,
                FailureCode = failure.Code,
                FailureDetail = failure.Detail,
            },
            _ => throw new InvalidOperationException("The results are a closed set."),
        };
    }

    /// <summary>Number of a run's newest attempt; 0 if it had none.</summary>
    public static int LatestAttempt(RunHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return head.Run.Evidence.Attempts is [.., var latest] ? latest.Number : 0;
    }

    private async Task<CaptureDiagnosticsOutcome> TryCaptureAsync(CaptureDiagnosticsRequest request, CancellationToken cancellationToken)
    {
        var head = await store.FindAsync(request.RunId, cancellationToken);
        if (head is null
            || head.Purging
            || head.Engine.Generation != request.Generation
            || head.Run.Lifecycle.State.IsTerminal() != (request.Cause == DiagnosticsCause.End))
        {
            return CaptureDiagnosticsOutcome.Skipped;
        }

        var spec = head.Run.Spec;
        using var scope = logger.BeginRunScope(spec);
        using var span = OpsTelemetry.StartSpan("run.diagnostics", ActivityKind.Internal, spec.TraceParent);
        span.SetTag(TelemetryTags.RunId, request.RunId.Value);
        span.SetTag(TelemetryTags.Attempt, LatestAttempt(head));
        var known = await diagnostics.FindAsync(request.RunId, LatestAttempt(head), cancellationToken);
        if (known is not null && known.Cause == request.Cause && known.Outcome != DiagnosticsOutcome.Failed)
        {
            return CaptureDiagnosticsOutcome.Known;
        }

        var taken = await AskAsync(head, request.Cause, cancellationToken);
        span.SetTag(TelemetryTags.Outcome, taken.Outcome);
        if (!await diagnostics.SaveAsync(request.RunId, taken, cancellationToken))
        {
            return CaptureDiagnosticsOutcome.Skipped;
        }

        DiagnosticsKept(
            logger, request.RunId, taken.Attempt, taken.Cause, taken.Outcome, taken.FailureCode, taken.Document.Length, RequestTrace.IdOf(spec.TraceParent));
        return CaptureDiagnosticsOutcome.Stored;
    }
}
