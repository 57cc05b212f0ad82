using OpsManager.SuperloopSimulator.Scenario;
using SuperloopSimulator.Tests.Support;

namespace SuperloopSimulator.Tests;

/// <summary>
/// The scenarios of the corpus that end by themselves, played for real and compared: events with all their data, files, their contents, exit
/// codes. Those that a shipped scenario tells as it was recorded are in <see cref="ShippedScenarioTests"/>.
/// </summary>
public sealed class RecordedEndingTests
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
    public async Task Lifecycle_gate_failed()
    {
        using var replay = await Replay.OfAsync("lifecycle-gate-failed", "01-stopped-lifecycle", Loop with { Gates = [new GateStep { Lifecycle = false }] });
        await replay.RunAsync("01-stopped-lifecycle");
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
    public async Task Stepped_run()
    {
        using var replay = await Replay.OfAsync("stepped-run", "01-step1", Loop with { PromiseAt = [0, 0, 1] });
        await replay.RunAsync("01-step1");
        await replay.RunAsync("02-step2");
        await replay.RunAsync("03-step3-complete");
    }
}
