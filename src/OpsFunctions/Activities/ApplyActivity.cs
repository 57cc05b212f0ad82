using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using OpsFunctions.Middleware;
using OpsManager.Storage.Index;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Activities;

/// <summary>Stores a decision and brings the list up to it.</summary>
/// <param name="store">The store.</param>
/// <param name="index">The list of runs.</param>
/// <param name="logger">Logger.</param>
public sealed partial class ApplyActivity(IRunStore store, IRunIndex index, ILogger<ApplyActivity> logger)
{
    /// <summary>Runs the activity.</summary>
    [Function(nameof(ApplyActivity))]
    public async Task<ApplyOutcome> RunAsync([ActivityTrigger] ApplyCommand command, FunctionContext context)
    {
        ArgumentNullException.ThrowIfNull(command);
        var cancellationToken = context?.CancellationToken ?? CancellationToken.None;
        var engine = EngineRef.For(command.RunId, command.Generation);
        var result = await store.ApplyAsync(
            command.RunId, engine, new ApplyRequest(command.Operation, command.ExpectedRevision, command.Decision), cancellationToken);
        switch (result)
        {
            case WriteResult.Written written:
                await SynchronizeAsync(written.Head, cancellationToken);
                return new ApplyOutcome(ApplyOutcomeKind.Applied, written.Head.Revision);
            case WriteResult.Repeated repeated:
                await SynchronizeAsync(repeated.Head, cancellationToken);
                return new ApplyOutcome(ApplyOutcomeKind.Applied, repeated.Head.Revision);
            case WriteResult.Stale:
                return new ApplyOutcome(ApplyOutcomeKind.Stale, 0);
            default:
                return new ApplyOutcome(ApplyOutcomeKind.Fenced, 0);
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
