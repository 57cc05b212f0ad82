using OpsManager.Core.Runs;

namespace OpsManager.Core.Decisions;

/// <summary>Decides what a run is and what is to be done. Pure: the same run, input and time give the same decision.</summary>
public static class RunDecider
{
    /// <summary>Decides.</summary>
    /// <param name="run">The run as last decided.</param>
    /// <param name="input">What happened.</param>
    /// <param name="now">The engine's time; a time before the last decision counts as that decision's.</param>
    public static Decision Decide(LoopRun run, DecisionInput input, DateTimeOffset now) =>
        throw new NotSupportedException();
}
