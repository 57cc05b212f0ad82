using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
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

    /// <summary>Code of the failure that what an endpoint shows is of another launch.</summary>
    public const string OtherLaunch = "launch_mismatch";

    /// <summary>Takes diagnostics of a run's newest attempt and keeps them, unless they are kept already.</summary>
    public Task<CaptureDiagnosticsOutcome> CaptureAsync(CaptureDiagnosticsRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return NeverFailAsync(
            request.RunId,
            request.Cause,
            async () => await store.FindAsync(request.RunId, cancellationToken) is { } head && head.Engine.Generation == request.Generation
                ? await TryCaptureAsync(head, request.Cause, cancellationToken)
                : CaptureDiagnosticsOutcome.Skipped,
            cancellationToken);
    }

    /// <summary>The same of a run whose head is at hand.</summary>
    public Task<CaptureDiagnosticsOutcome> CaptureAsync(RunHead head, DiagnosticsCause cause, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(head);
        return NeverFailAsync(head.Run.Spec.RunId, cause, () => TryCaptureAsync(head, cause, cancellationToken), cancellationToken);
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
            AdapterAnswer<DiagnosticsReading> answer when MismatchOf(answer.Value.Document, spec, taken) is { } mismatch => taken with
            {
                Outcome = DiagnosticsOutcome.Failed,
                FailureCode = OtherLaunch,
                FailureDetail = mismatch,
            },
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

    /// <summary>
    /// Says of which other launch a document is, if it is: the next run, or the next attempt, may be at work by the time of the answer. A
    /// run that was attached to did not launch what it looks at, and a document without a launch does not say.
    /// </summary>
    private static string? MismatchOf(ReadOnlyMemory<byte> content, RunSpec spec, StoredDiagnostics wanted)
    {
        using var document = JsonDocument.Parse(content);
        if (spec.Launch != LaunchKind.Start
            || document.RootElement is not { ValueKind: JsonValueKind.Object } root
            || !root.TryGetProperty("launch", out var launch)
            || launch.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        if (launch.TryGetProperty("runId", out var runId) && runId.ValueKind == JsonValueKind.String && !runId.ValueEquals(spec.RunId.Value))
        {
            return "The endpoint shows the launch of another run.";
        }

        // An order whose answer was lost may have launched the next attempt.
        return wanted.Cause == DiagnosticsCause.Relaunch
            && launch.TryGetProperty("attempt", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var shown) && shown > wanted.Attempt
            ? string.Create(CultureInfo.InvariantCulture, $"The endpoint shows attempt {shown} already.")
            : null;
    }

    private async Task<CaptureDiagnosticsOutcome> NeverFailAsync(
        RunId runId, DiagnosticsCause cause, Func<Task<CaptureDiagnosticsOutcome>> capture, CancellationToken cancellationToken)
    {
        try
        {
            return await capture();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // What stands behind this, an end or a relaunch, matters more.
            DiagnosticsLost(logger, exception, runId, cause);
            return CaptureDiagnosticsOutcome.Lost;
        }
    }

    private async Task<CaptureDiagnosticsOutcome> TryCaptureAsync(RunHead head, DiagnosticsCause cause, CancellationToken cancellationToken)
    {
        if (head.Purging || head.Run.Lifecycle.State.IsTerminal() != (cause == DiagnosticsCause.End))
        {
            return CaptureDiagnosticsOutcome.Skipped;
        }

        var spec = head.Run.Spec;
        using var scope = logger.BeginRunScope(spec);
        using var span = OpsTelemetry.StartSpan("run.diagnostics", ActivityKind.Internal, spec.TraceParent);
        span.SetTag(TelemetryTags.RunId, spec.RunId.Value);
        span.SetTag(TelemetryTags.Attempt, LatestAttempt(head));
        var known = await diagnostics.FindAsync(spec.RunId, LatestAttempt(head), cancellationToken);
        if (known is not null && known.Cause == cause && known.Outcome != DiagnosticsOutcome.Failed)
        {
            return CaptureDiagnosticsOutcome.Known;
        }

        var taken = await AskAsync(head, cause, cancellationToken);
        span.SetTag(TelemetryTags.Outcome, taken.Outcome);
        if (!await diagnostics.SaveAsync(spec.RunId, taken, cancellationToken))
        {
            return CaptureDiagnosticsOutcome.Skipped;
        }

        DiagnosticsKept(
            logger, spec.RunId, taken.Attempt, taken.Cause, taken.Outcome, taken.FailureCode ?? LogWords.NoCode, taken.Document.Length, RequestTrace.IdOf(spec.TraceParent));
        return taken is { Outcome: DiagnosticsOutcome.Failed, FailureCode: not OtherLaunch } ? CaptureDiagnosticsOutcome.Failed : CaptureDiagnosticsOutcome.Stored;
    }
}
