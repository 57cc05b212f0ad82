using SuperloopAdapter.Snapshots;

namespace SuperloopAdapter.Tests;

public sealed class UsageWaitTests
{
    private const string Block = "[usage] BLOCKED: claude usage at 97% (threshold: 95%)\n[superloop] Usage limit reached. Waiting for reset...\n";

    public static TheoryData<string, bool?> Outputs => new()
    {
        { string.Empty, null },
        { "Iteration 1\n", null },
        { Block, false },
        { Block + "[usage] BLOCKED: claude usage at 96% (threshold: 95%)\n[superloop] Still waiting for usage reset... (1h 55m remaining)\n", false },
        { Block + "[usage] OK: claude usage at 3%\n[superloop] Still waiting for usage reset...\n", false },
        { Block + "[superloop] Usage limits cleared. Resuming...\n", true },
        { Block + "[superloop] Usage limits cleared. Resuming...\n[superloop] Role 'planner' using: claude\nworking\n", true },
        { Block + "[superloop] Usage limits cleared. Resuming...\nworking\n[usage] BLOCKED: claude usage at 97% (threshold: 95%)\n", false },
        { Block + "an agent says: [superloop] Usage limits cleared. Resuming...\n", false },
    };

    [Theory]
    [MemberData(nameof(Outputs))]
    public void The_output_says_whether_the_wait_is_over(string output, bool? over) =>
        Assert.Equal(over, UsageWait.Find(new CapturedOutput(output, DateTimeOffset.UnixEpoch)));

    [Fact]
    public void What_pushed_the_wait_out_of_sight_came_from_work() =>
        Assert.True(UsageWait.Find(CapturedOutput.Of(new byte[CapturedOutput.MaxBytes], DateTimeOffset.UnixEpoch)));

    [Fact]
    public void Without_output_nothing_is_said() => Assert.Null(UsageWait.Find(null));

    [ScenarioFact]
    public async Task A_role_that_goes_on_after_the_wait_is_a_role_at_work()
    {
        using var runs = await SimulatedRuns.PrepareAsync(
            """[{"id":"demo-loop","waitOnUsageLimit":true,"steps":[{"usageLimit":{"clearsAfterPolls":5},"hangs":true}]}]""", speed: 300);
        await runs.StartAsync("run-1");
        await runs.UntilAsync(static s => s.Ext!.Activity is { Kind: "usage_wait", Role: "implementer" });
        await runs.UntilAsync(static s => s.Ext!.Activity is { Kind: "role", Role: "implementer", Since: null, Until: null, OutputBytes: not null });
        Assert.Equal("usage_limit_blocked", runs.Events()[^1]);
    }
}
