using OpsManager.SuperloopSimulator.Posix;
using OpsManager.SuperloopSimulator.Scenario;
using SuperloopSimulator.Tests.Support;

namespace SuperloopSimulator.Tests;

/// <summary>Every scenario of the corpus, played for real and compared: events with all their data, files, their contents, exit codes.</summary>
public sealed class RecordedScenarioTests
{
    private static LoopScenario Loop => SimulatedRepository.Quick();

    [Fact]
    public async Task Clean_completion_and_a_run_after_it()
    {
        using var replay = await Replay.OfAsync("clean-completion", "04-complete", Loop with { PromiseAt = [2, 1], Gates = [new GateStep { Run = 1, Iteration = 1, ChecklistRemaining = 1 }] });
        replay.AssertLike("00-initialised");
        await replay.RunAsync("04-complete");
        await replay.RunAsync("06-rerun-complete");
    }

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
    public async Task Lifecycle_gate_failed()
    {
        using var replay = await Replay.OfAsync("lifecycle-gate-failed", "01-stopped-lifecycle", Loop with { Gates = [new GateStep { Lifecycle = false }] });
        await replay.RunAsync("01-stopped-lifecycle");
    }

    [Fact]
    public async Task Long_run()
    {
        using var replay = await Replay.OfAsync("long-run", "03-complete", Loop with { PromiseAt = [24] });
        await replay.RunAsync("03-complete");
    }

    [Fact]
    public async Task Max_iterations_twice()
    {
        using var replay = await Replay.OfAsync("max-iterations", "03-stopped-max-iterations", Loop with { PromiseAt = [] });
        await replay.RunAsync("03-stopped-max-iterations");
        await replay.RunAsync("05-stopped-again");
    }

    [Fact]
    public async Task No_progress()
    {
        using var replay = await Replay.OfAsync(
            "no-progress",
            "02-stopped-no-progress",
            Loop with { PromiseAt = [], Steps = [new RoleStep { ChangesCode = false }], Gates = [new GateStep { ChecklistRemaining = 1 }] });
        await replay.RunAsync("02-stopped-no-progress");
    }

    [Fact]
    public async Task Stuck_and_refused_from_then_on()
    {
        using var replay = await Replay.OfAsync("stuck-threshold", "03-stopped-stuck", Loop with { PromiseAt = [], Steps = [new RoleStep { ChangesCode = false }] });
        await replay.RunAsync("03-stopped-stuck");
        await replay.RunAsync("04-rerun-refused");
    }

    [Fact]
    public async Task Rate_limited_and_its_resume_refused()
    {
        using var replay = await Replay.OfAsync(
            "rate-limited",
            "03-rate-limit-stop",
            Loop with
            {
                Steps =
                [
                    new RoleStep { Role = "implementer", RateLimits = [new RateLimit { Message = "Rate limit error detected", ResetsIn = 0 }] },
                    new RoleStep { Role = "reviewer", RateLimits = [new RateLimit { ResetsIn = 99999 }] },
                ],
            });
        await replay.RunAsync("03-rate-limit-stop");
        Assert.True(File.Exists(replay.Repository.Loop()["rate-limit.json"]));
        await replay.RunAsync("04-documented-resume-refused", loop: null);
        await replay.RunAsync("05-run-loop-refused");
    }

    [Fact]
    public async Task Role_timeout()
    {
        using var replay = await Replay.OfAsync("role-timeout", "02-timed-out", Loop with { Steps = [new RoleStep { Hangs = true }] });
        await replay.Repository.NextSecondAsync();
        var (exitCode, output) = await replay.Repository.RunAsync("demo-loop", "--speed", "20");
        Assert.Equal(1, exitCode);
        Assert.Contains("Max timeout reached (3s). Terminating.", output, StringComparison.Ordinal);
        replay.AssertLike("02-timed-out");
    }

    [Fact]
    public async Task Runner_error_refused_and_cleaned_up()
    {
        using var replay = await Replay.OfAsync("runner-error", "02-crashed", Loop with { Steps = [new RoleStep { Role = "reviewer", ExitCode = 7 }] });
        await replay.RunAsync("02-crashed");
        await replay.RunAsync("03-rerun-refused");
        await replay.CommandAsync("04-after-cancel", "cancel");
    }

    [Fact]
    public async Task Stepped_run()
    {
        using var replay = await Replay.OfAsync("stepped-run", "01-step1", Loop with { PromiseAt = [0, 0, 1] });
        await replay.RunAsync("01-step1");
        await replay.RunAsync("02-step2");
        await replay.RunAsync("03-step3-complete");
    }

    [Fact]
    public async Task Two_loops_of_which_cancel_finds_one()
    {
        using var replay = await Replay.OfAsync(
            "two-loops",
            "01-loop-a-running",
            SimulatedRepository.Quick("loop-a") with { Steps = [new RoleStep { Role = "implementer", DurationMs = 500 }] },
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
        using var replay = await Replay.OfAsync("paused-sigstop", "01-sigstopped", Loop with { Steps = [new RoleStep { Role = "implementer", DurationMs = 500 }] });
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
        var run = replay.Repository.StartRun("demo-loop", "--speed", "4");
        await replay.Repository.RoleAtWorkAsync("implementer");
        run.SignalGroup(Signals.Stop);
        await Eventually.Holds("the leader is stopped", () => RunningProgram.StateOf(run.Pid) == 'T');
        var began = TimeProvider.System.GetTimestamp();
        replay.AssertLike("01-sigstopped-12s");
        await Eventually.Holds("the role's 8 seconds, at speed 4, are over", () => TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(2.5));
        run.SignalGroup(Signals.Continue);
        Assert.Equal(1, await run.ExitCodeAsync());
        replay.AssertLike("02-after-cont");
    }
}
