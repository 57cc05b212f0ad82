using OpsManager.SuperloopSimulator.Posix;
using SuperloopSimulator.Tests.Support;

namespace SuperloopSimulator.Tests;

/// <summary>Every scenario file, played as it is and only faster, leaves what the runtime left when the same story was recorded.</summary>
public sealed class ShippedScenarioTests
{
    private static readonly string[] Fast = ["--speed", "200"];

    // Each name is a test below: a file that is compared with nothing fails the list.
    private static readonly string[] Compared =
        ["completes", "crashes", "gets-stuck", "long", "needs-approval", "rate-limited", "role-timeout", "runner-fails", "two-loops"];

    [Fact]
    public void Every_file_is_compared() => Assert.Equal(
        Compared,
        Directory.GetFiles(Path.Combine(BuiltProgram.Sources, "Scenarios"), "*.json").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Completes()
    {
        using var replay = await Replay.OfShippedAsync("completes.json", "clean-completion");
        await replay.RunAsync("04-complete", more: Fast);
        await replay.RunAsync("06-rerun-complete", more: Fast);
    }

    [Fact]
    public async Task Crashes()
    {
        using var replay = await Replay.OfShippedAsync("crashes.json", "killed");
        var run = replay.Repository.StartRun("demo-loop", "--speed", "10");
        Assert.Equal(137, await run.ExitCodeAsync());

        // The reviewer goes on; at this speed for six seconds more.
        run.SignalGroup(Native.SigKill);
        replay.AssertLike("02-killed");
        await replay.RunAsync("03-rerun-refused", more: Fast);
        await replay.RunAsync("04-run-noloop-refused", loop: null, more: Fast);
        await replay.CommandAsync("05-after-cancel", "cancel");
        await replay.RunAsync("06-rerun-complete", more: Fast);
    }

    [Fact]
    public async Task Gets_stuck()
    {
        using var replay = await Replay.OfShippedAsync("gets-stuck.json", "stuck-threshold");
        await replay.RunAsync("03-stopped-stuck", more: Fast);
        await replay.RunAsync("04-rerun-refused", more: Fast);
    }

    [Fact]
    public async Task Runs_long()
    {
        using var replay = await Replay.OfShippedAsync("long.json", "long-run");
        await replay.RunAsync("03-complete", more: Fast);
    }

    [Fact]
    public async Task Needs_approval_and_gets_it()
    {
        using var replay = await Replay.OfShippedAsync("needs-approval.json", "approval-approve");
        await replay.RunAsync("02-awaiting-approval", more: Fast);
        await replay.RunAsync("03-rerun-while-pending", more: Fast);
        await replay.CommandAsync("04-approved-not-consumed", "approve", "--loop", "demo-loop", "--by", "alice", "--note", "ship it");
        await replay.RunAsync("06-consumed-complete", more: Fast);
    }

    [Fact]
    public async Task Needs_approval_and_is_rejected()
    {
        using var replay = await Replay.OfShippedAsync("needs-approval.json", "approval-reject");
        await replay.RunAsync("01-awaiting-approval", more: Fast);
        await replay.CommandAsync("02-rejected-not-consumed", "approve", "--loop", "demo-loop", "--by", "alice", "--note", "not good enough", "--reject");
        await replay.RunAsync("04-awaiting-again", more: Fast);
    }

    [Fact]
    public async Task Is_rate_limited()
    {
        using var replay = await Replay.OfShippedAsync("rate-limited.json", "rate-limited");

        // Its time limits are shortened as well: six seconds a role, for a busy machine.
        await replay.RunAsync("03-rate-limit-stop", more: ["--speed", "10"]);
        await replay.RunAsync("04-documented-resume-refused", loop: null, more: Fast);
        await replay.RunAsync("05-run-loop-refused", more: Fast);
    }

    [Fact]
    public async Task Times_out_in_a_role()
    {
        using var replay = await Replay.OfShippedAsync("role-timeout.json", "role-timeout");
        await replay.RunAsync("02-timed-out", more: Fast);
    }

    [Fact]
    public async Task Fails_in_the_runner()
    {
        using var replay = await Replay.OfShippedAsync("runner-fails.json", "runner-error");
        await replay.RunAsync("02-crashed", more: Fast);
        await replay.RunAsync("03-rerun-refused", more: Fast);
        await replay.CommandAsync("04-after-cancel", "cancel");
    }

    [Fact]
    public async Task Two_loops_run_at_once_and_cancel_finds_one()
    {
        using var replay = await Replay.OfShippedAsync("two-loops.json", "two-loops");
        var repository = replay.Repository;
        var first = repository.StartRun("loop-a", "--speed", "4");
        await repository.RoleAtWorkAsync("implementer", loop: "loop-a");
        first.Signal(Signals.Stop);
        replay.AssertLike("01-loop-a-running");
        var second = repository.StartRun("loop-b");
        await repository.RoleAtWorkAsync("implementer", loop: "loop-b");
        replay.AssertLike("02-both-running");
        await replay.CommandAsync("03-after-cancel", "cancel");
        Assert.Equal(143, await second.ExitCodeAsync());
        first.Signal(Signals.Continue);
        Assert.Equal(0, await first.ExitCodeAsync());
        replay.AssertLike("04-loop-a-finished");
    }
}
