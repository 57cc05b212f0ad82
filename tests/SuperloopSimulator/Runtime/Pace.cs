using System.Globalization;
using OpsManager.SuperloopSimulator.Scenario;

namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>The runtime's clock: timestamps as it writes them, and durations shortened by the speed.</summary>
internal sealed class Pace(TimeProvider time, double speed)
{
    public const string EnvironmentVariable = "SUPERLOOP_SIMULATOR_SPEED";

    /// <summary>Whole seconds, as superloop.sh has them: several events share one, and so may two runs.</summary>
    public string Timestamp => time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public long UnixMilliseconds => time.GetUtcNow().ToUnixTimeMilliseconds();

    public static Pace Of(SimulatedRuntime scenario, double? asked)
    {
        var named = Environment.GetEnvironmentVariable(EnvironmentVariable);
        var speed = asked ?? (double.TryParse(named, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : scenario.Speed);
        return speed > 0 ? new Pace(TimeProvider.System, speed) : throw new RuntimeExit(1, "the speed must be above 0");
    }

    public TimeSpan Scaled(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds / speed);

    public Task WaitAsync(double milliseconds)
    {
        var scaled = Scaled(milliseconds);
        return scaled >= TimeSpan.FromMilliseconds(1) ? Task.Delay(scaled, time) : Task.CompletedTask;
    }

    public Task WaitSecondsAsync(double seconds) => WaitAsync(seconds * 1000);

    /// <summary>A moment that does not shrink with the speed: for things the operating system has to do.</summary>
    public Task SettleAsync(Task until, TimeSpan atMost) => Task.WhenAny(until, Task.Delay(atMost, time));
}
