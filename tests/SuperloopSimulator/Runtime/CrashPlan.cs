using OpsManager.SuperloopSimulator.Posix;
using OpsManager.SuperloopSimulator.Scenario;

namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>Kills this process at the points the scenario names.</summary>
internal sealed class CrashPlan(IReadOnlyList<CrashPoint> points, int run)
{
    public int Iteration { get; set; } = 1;

    public bool Strikes(string point, CrashMoment moment, string? role = null) => points.Any(crash => crash.Matches(run, Iteration, role, point, moment));

    public void Check(string point, CrashMoment moment, string? role = null)
    {
        if (Strikes(point, moment, role))
        {
            Native.DieOf(Native.SigKill);
        }
    }
}
