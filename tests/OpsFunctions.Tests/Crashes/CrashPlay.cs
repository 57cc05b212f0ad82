using System.Globalization;
using OpsFunctions.Tests.Support;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.InMemory;

namespace OpsFunctions.Tests.Crashes;

/// <summary>Plays a scenario with at most one crash, and holds its end against what it should be.</summary>
internal static class CrashPlay
{
    /// <summary>Returns how many writes there were. What fails names the scenario, the write and the mode.</summary>
    public static Task<int> InMemoryAsync(CrashScenario scenario, Crash? crash)
    {
        var time = new TestTime();
        return OverAsync(scenario, crash, time, new InMemoryStorageGateway(time));
    }

    public static async Task<int> OverAsync(CrashScenario scenario, Crash? crash, TestTime time, IStorageGateway rows)
    {
        await using var world = await CrashWorld.StartAsync(rows, time, crash);
        try
        {
            await scenario.PlayAsync(world);
            Assert.True(crash is null || world.Struck is not null, "The run has no such write.");
            await CrashInvariants.AssertAsync(world, scenario.End);
        }
        catch (Exception exception)
        {
            var where = crash is null ? "without a crash" : string.Create(CultureInfo.InvariantCulture, $"{crash.Mode} at write {crash.Write} ({world.Struck ?? "not reached"})");
            throw new CrashPointException($"{scenario.Name}, {where}: {exception.Message}", exception);
        }

        return (int)world.Writes;
    }
}
