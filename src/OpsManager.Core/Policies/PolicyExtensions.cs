using OpsManager.Core.Runs;

namespace OpsManager.Core.Policies;

/// <summary>Questions about a run's policy.</summary>
public static class PolicyExtensions
{
    /// <summary>Whether escalations of the run are recorded and not sent at that time.</summary>
    public static bool IsMuted(this LoopRun run, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Policy.MuteUntil > now;
    }
}
