namespace SuperloopAdapter.Tests;

/// <summary>
/// A test whose story only a scenario file can tell: what its roles do (hang, ignore signals, leave children) or how many loops there are. It
/// is skipped when a real <c>superloop.sh</c> is given, whose agents do as they like.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ScenarioFactAttribute : FactAttribute
{
    public ScenarioFactAttribute()
    {
        if (SimulatedRuns.RealSuperloop is not null)
        {
            Skip = $"{SimulatedRuns.RealVariable} is set: this story is told by the simulator's scenario file, which a real superloop.sh does not follow.";
        }
    }
}
