using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Activities;

/// <summary>Questions about a head.</summary>
public static class RunHeadExtensions
{
    /// <summary>Whether a run has an engine to be: while it lives, and as long as something that was asked of it afterwards is open.</summary>
    public static bool NeedsEngine(this RunHead head)
    {
        ArgumentNullException.ThrowIfNull(head);
        return !head.Run.Lifecycle.State.IsTerminal() || head.Run.Intents.Count > 0;
    }

    /// <summary>Reads the head for an engine that is about to call the adapter; null if it is not this run's engine any more, or the run is being deleted.</summary>
    public static async Task<RunHead?> FindForAsync(this IRunStore store, RunId runId, int generation, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        var head = await store.FindAsync(runId, cancellationToken);
        return head is { Purging: false } && head.Engine == EngineRef.For(runId, generation) ? head : null;
    }
}
