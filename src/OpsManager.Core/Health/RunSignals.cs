using OpsManager.Core.Divergence;
using OpsManager.Core.Observations;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Health;

/// <summary>Notes on a run what one observation adds to the memory that health and automatic control are judged by.</summary>
internal static class RunSignals
{
    /// <param name="run">The run with the evidence and the divergence of this observation.</param>
    /// <param name="observation">The observation.</param>
    /// <param name="now">The time of the decision.</param>
    public static LoopRun Note(LoopRun run, Observation observation, DateTimeOffset now) => run with
    {
        Freeze = ControlFreeze.Settle(run, observation.Replay, now),

        // A look at a log that is not read to its end would count iterations too late.
        Circling = observation.CaughtUp ? CirclingMemory.Note(run.Circling, run.Evidence.TotalIterations, observation.Runtime.Progress, now) : run.Circling,
        RoleOutput = RoleOutput.Note(run.RoleOutput, observation.Runtime.Activity, run.Policy.StallDegraded, now),
    };
}
