using OpsManager.Core.Escalations;
using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;

namespace OpsManager.Storage.Index;

/// <summary>Whether somebody must look at a run.</summary>
public static class RunAttention
{
    /// <summary>It waits for a person, is critical, or has an escalation open that is more than a note.</summary>
    public static bool IsNeeded(LoopRun run) =>
        run.Lifecycle.State.AwaitsPerson()
        || run.Health.Verdict == HealthVerdict.Critical
        || run.Escalations.Any(open => open.Severity >= EscalationSeverity.Warning);
}
