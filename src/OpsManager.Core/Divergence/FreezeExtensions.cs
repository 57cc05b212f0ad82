using OpsManager.Core.Runs;

namespace OpsManager.Core.Divergence;

/// <summary>Questions about automatic control.</summary>
public static class FreezeExtensions
{
    /// <summary>Whether the manager does nothing by itself for the run, because what the runtime says contradicts itself.</summary>
    public static bool IsFrozen(this LoopRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Freeze is not null || run.Divergence.Count > 0;
    }
}
