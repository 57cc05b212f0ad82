using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using OpsFunctions.Activities.Diagnostics;
using OpsFunctions.Escalations;
using OpsFunctions.Middleware;
using OpsFunctions.Telemetry;
using OpsManager.Core.Decisions;
using OpsManager.Core.Lifecycle;
using OpsManager.Storage.Diagnostics;
using OpsManager.Storage.Index;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Activities;

/// <summary>Stores a decision and brings the list up to it.</summary>
/// <param name="store">The store.</param>
/// <param name="index">The list of runs.</param>
/// <param name="telemetry">Tells what is stored.</param>
/// <param name="signal">Has sinks told.</param>
/// <param name="capture">Keeps what an attempt leaves.</param>
/// <param name="logger">Logger.</param>
public sealed partial class ApplyActivity(
    IRunStore store, IRunIndex index, DecisionTelemetry telemetry, NotificationSignal signal, DiagnosticsCapture capture, ILogger<ApplyActivity> logger)
{
    /// <summary>Runs the activity.</summary>
    [Function(nameof(ApplyActivity))]
    public async Task<ApplyOutcome> RunAsync([ActivityTrigger] ApplyCommand command, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(command);
        var cancellationToken = context?.CancellationToken ?? CancellationToken.None;
        var spec = command.Decision.Run.Spec;
        using var scope = logger.BeginRunScope(spec);
        using var span = OpsTelemetry.StartSpan("run.apply", ActivityKind.Internal, spec.TraceParent);
        span.SetTag(TelemetryTags.RunId, command.RunId.Value);
        var outcome = await ApplyAsync(command, cancellationToken);
        span.SetTag(TelemetryTags.Outcome, outcome.Kind);
        return outcome;
    }

    private async Task<ApplyOutcome> ApplyAsync(ApplyCommand command, CancellationToken cancellationToken)
    {
        var engine = EngineRef.For(command.RunId, command.Generation);
        var result = await store.ApplyAsync(
            command.RunId, engine, new ApplyRequest(command.Operation, command.ExpectedRevision, command.Decision), cancellationToken);
        switch (result)
        {
            case WriteResult.Written written:
                telemetry.Stored(command.Decision, repeated: false);
                Signal(command.Decision);
                await KeepDiagnosticsAsync(command.Decision, written.Head, cancellationToken);
                await SynchronizeAsync(written.Head, cancellationToken);
                return new ApplyOutcome(ApplyOutcomeKind.Applied, written.Head.Revision);
            case WriteResult.Repeated repeated:
                telemetry.Stored(command.Decision, repeated: true);
                Signal(command.Decision);
                await KeepDiagnosticsAsync(command.Decision, repeated.Head, cancellationToken);
                await SynchronizeAsync(repeated.Head, cancellationToken);
                return new ApplyOutcome(ApplyOutcomeKind.Applied, repeated.Head.Revision);
            case WriteResult.Stale:
                return new ApplyOutcome(ApplyOutcomeKind.Stale, 0);
            default:
                return new ApplyOutcome(ApplyOutcomeKind.Fenced, 0);
        }
    }

    private void Signal(Decision decision)
    {
        if (decision.Effects.Any(static effect => effect is Effect.RaiseEscalation or Effect.ReopenEscalation or Effect.ResolveEscalation))
        {
            signal.Raise();
        }
    }

    /// <summary>
    /// Keeps what an attempt that has ended leaves, while the sprite is still the run's: what follows gives it free at an end, and with a
    /// candidate anybody may launch the next attempt.
    /// </summary>
    private async Task KeepDiagnosticsAsync(Decision decision, RunHead head, CancellationToken cancellationToken)
    {
        if (decision.Transitions.Any(static transition => transition.To.IsTerminal()))
        {
            await capture.CaptureAsync(head, DiagnosticsCause.End, cancellationToken);
        }
        else if (decision.Transitions.Any(static transition => transition.To == LifecycleState.AwaitingApproval))
        {
            await capture.CaptureAsync(head, DiagnosticsCause.AwaitingApproval, cancellationToken);
        }
    }

    private async Task SynchronizeAsync(RunHead head, CancellationToken cancellationToken)
    {
        try
        {
            await index.SynchronizeAsync(head, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            // The decision is stored; a list that is behind is repaired by the watchdog. Failing here would hide what was decided.
            IndexBehind(logger, exception, head.Run.Spec.RunId, head.Revision, RequestTrace.IdOf(head.Run.Spec.TraceParent));
        }
    }
}
