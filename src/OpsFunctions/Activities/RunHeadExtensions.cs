using OpsManager.Core.Lifecycle;
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
}
