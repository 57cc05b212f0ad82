using OpsManager.SuperloopSimulator.Posix;
using OpsManager.SuperloopSimulator.Scenario;
using SuperloopSimulator.Tests.Support;

namespace SuperloopSimulator.Tests;

/// <summary>The scenarios of the corpus in which somebody decides, cancels, kills or pauses, played for real and compared.</summary>
public sealed class RecordedControlTests
{
    private static LoopScenario Loop => SimulatedRepository.Quick();

    [Fact]
    public async Task Approval_waited_for_given_and_consumed()
    {
        using var replay = await Replay.OfAsync("approval-approve", "02-awaiting-approval", Loop);
        await replay.RunAsync("02-awaiting-approval");
        await replay.RunAsync("03-rerun-while-pending");
        await replay.CommandAsync("04-approved-not-consumed", "approve", "--loop", "demo-loop", "--by", "alice", "--note", "ship it");
        await replay.CommandAsync("05-second-approve-refused", "approve", "--loop", "demo-loop", "--by", "bob");
        await replay.RunAsync("06-consumed-complete");
    }

    [Fact]
    public async Task Approval_rejected_and_asked_for_again()
    {
        using var replay = await Replay.OfAsync("approval-reject", "01-awaiting-approval", Loop);
        await replay.RunAsync("01-awaiting-approval");
        await replay.CommandAsync("02-rejected-not-consumed", "approve", "--loop", "demo-loop", "--by", "alice", "--note", "not good enough", "--reject");
        await replay.RunAsync("04-awaiting-again");
    }

    [Fact]
    public async Task Cancelled_and_run_again()
    {
        using var replay = await Replay.OfAsync("cancelled", "01-running", Loop with { Steps = [new RoleStep { Run = 1, Role = "reviewer", Hangs = true }] });
        var run = replay.Repository.StartRun();
        await replay.Repository.RoleAtWorkAsync("reviewer");
        replay.AssertLike("01-running");
        await replay.CommandAsync("02-cancelled", "cancel");
        Assert.Equal(143, await run.ExitCodeAsync());
        await replay.RunAsync("04-rerun-complete");
    }

    [Fact]
    public async Task Killed_refused_cleaned_up_and_run_again()
    {
        using var replay = await Replay.OfAsync("killed", "01-running", Loop with { Steps = [new RoleStep { Run = 1, Role = "reviewer", Hangs = true }] });
        var run = replay.Repository.StartRun();
        await replay.Repository.RoleAtWorkAsync("reviewer");
        replay.AssertLike("01-running");
        var orphan = Assert.Single(run.Children());
        run.Signal(Native.SigKill);
        Assert.Equal(137, await run.ExitCodeAsync());
        replay.AssertLike("02-killed");
        await replay.RunAsync("03-rerun-refused");
        await replay.RunAsync("04-run-noloop-refused", loop: null);
        await replay.CommandAsync("05-after-cancel", "cancel");
        Assert.True(Native.Exists(orphan));
        Assert.Equal(0, Native.Kill(orphan, Native.SigKill));
        await replay.RunAsync("06-rerun-complete");
    }

    [Fact]
    public async Task Two_loops_of_which_cancel_finds_one()
    {
        using var replay = await Replay.OfAsync(
            "two-loops",
            "01-loop-a-running",
            SimulatedRepository.Quick("loop-a") with { Steps = [new RoleStep { Role = "implementer", DurationMs = 4000 }] },
            SimulatedRepository.Quick("loop-b") with { Steps = [new RoleStep { Hangs = true }] });
        var repository = replay.Repository;
        var first = repository.StartRun("loop-a");
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

    [Fact]
    public async Task Whole_group_stopped_and_continued()
    {
        using var replay = await Replay.OfAsync("paused-sigstop", "01-sigstopped", Loop with { Steps = [new RoleStep { Role = "implementer", DurationMs = 4000 }] });
        var run = replay.Repository.StartRun();
        await replay.Repository.RoleAtWorkAsync("implementer");
        run.SignalGroup(Signals.Stop);
        await Eventually.Holds("the leader is stopped", () => RunningProgram.StateOf(run.Pid) == 'T');
        replay.AssertLike("01-sigstopped");
        run.SignalGroup(Signals.Continue);
        Assert.Equal(0, await run.ExitCodeAsync());
        replay.AssertLike("03-after-cont");
    }

    [Fact]
    public async Task Whole_group_stopped_for_longer_than_the_role_may_take()
    {
        using var replay = await Replay.OfAsync("paused-sigstop-timeout", "01-sigstopped-12s", Loop with { Steps = [new RoleStep { Hangs = true }] });
        var run = replay.Repository.StartRun("demo-loop", "--speed", "2");
        await replay.Repository.RoleAtWorkAsync("implementer");
        run.SignalGroup(Signals.Stop);
        await Eventually.Holds("the leader is stopped", () => RunningProgram.StateOf(run.Pid) == 'T');
        var began = TimeProvider.System.GetTimestamp();
        replay.AssertLike("01-sigstopped-12s");
        await Eventually.Holds("the role's 8 seconds, at speed 2, are over", () => TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(4.5));
        run.SignalGroup(Signals.Continue);
        Assert.Equal(1, await run.ExitCodeAsync());
        replay.AssertLike("02-after-cont");
    }
}
