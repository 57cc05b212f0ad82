using OpsManager.SuperloopSimulator.Posix;
using OpsManager.SuperloopSimulator.Runtime;
using OpsManager.SuperloopSimulator.Scenario;
using SuperloopSimulator.Tests.Support;

namespace SuperloopSimulator.Tests;

/// <summary>What signals do to the leader and to its roles.</summary>
public sealed class ProcessTests
{
    private static readonly LoopScenario Hanging = SimulatedRepository.Quick() with { Steps = [new RoleStep { Run = 1, Role = "implementer", Hangs = true, TickMs = 20 }] };

    [Fact]
    public async Task Active_run_names_the_leader_and_its_group()
    {
        using var repository = await SimulatedRepository.PrepareAsync(Hanging);
        var run = repository.StartRun();
        await repository.RoleAtWorkAsync("implementer");
        var active = JsonText.TryRead(repository.ActiveRun);
        Assert.Equal(run.Pid, active.Number("pid"));
        Assert.Equal(run.Pid, active.Number("pgid"));
        Assert.Contains("superloop.sh run", ProcessTable.CommandOf(run.Pid), StringComparison.Ordinal);
        Assert.Equal(run.Pid, Native.ProcessGroupOf(Assert.Single(run.Children())));
    }

    [Fact]
    public async Task Sigterm_to_the_leader_alone_removes_active_run_and_leaves_the_role_and_the_state()
    {
        using var repository = await SimulatedRepository.PrepareAsync(Hanging);
        var run = repository.StartRun();
        await repository.RoleAtWorkAsync("implementer");
        var role = Assert.Single(run.Children());
        run.Signal(Native.SigTerm);
        Assert.Equal(143, await run.ExitCodeAsync());
        Assert.False(File.Exists(repository.ActiveRun));
        Assert.True(JsonText.TryRead(repository.State).Flag("active"));
        Assert.Equal("role_start", repository.EventNames()[^1]);
        await AssertStillWorksAsync(repository, role);
    }

    [Fact]
    public async Task Sigkill_leaves_the_files_and_an_orphan_at_work()
    {
        using var repository = await SimulatedRepository.PrepareAsync(Hanging);
        var run = repository.StartRun();
        await repository.RoleAtWorkAsync("implementer");
        var role = Assert.Single(run.Children());
        run.Signal(Native.SigKill);
        Assert.Equal(137, await run.ExitCodeAsync());
        Assert.Equal(run.Pid, JsonText.TryRead(repository.ActiveRun).Number("pid"));
        Assert.True(JsonText.TryRead(repository.State).Flag("active"));
        await AssertStillWorksAsync(repository, role);
    }

    [Fact]
    public async Task Leader_stopped_alone_lets_the_role_finish_and_starts_nothing_until_continued()
    {
        using var repository = await SimulatedRepository.PrepareAsync(SimulatedRepository.Quick() with { Steps = [new RoleStep { Role = "implementer", DurationMs = 4000 }] });
        var run = repository.StartRun();
        await repository.RoleAtWorkAsync("implementer");
        var role = Assert.Single(run.Children());
        run.Signal(Signals.Stop);
        await Eventually.Holds("the leader is stopped", () => RunningProgram.StateOf(run.Pid) == 'T');
        await Eventually.Holds("the role is done and a zombie", () => RunningProgram.StateOf(role) == 'Z');
        Assert.True(File.Exists(repository.Loop().LastMessage("implementer")));
        Assert.Equal("role_start", repository.EventNames()[^1]);
        Assert.Equal([role], run.Children());
        run.Signal(Signals.Continue);
        Assert.Equal(0, await run.ExitCodeAsync());
        Assert.Equal("loop_complete", repository.EventNames()[^1]);
    }

    [Fact]
    public async Task Leader_stopped_for_longer_than_the_role_timeout_does_no_harm()
    {
        using var repository = await SimulatedRepository.PrepareAsync(SimulatedRepository.Quick() with
        {
            Timeouts = new Dictionary<string, int> { ["default"] = 6, ["implementer"] = 6, ["reviewer"] = 6 },
            Steps = [new RoleStep { Role = "implementer", DurationMs = 1000 }],
        });
        var run = repository.StartRun();
        await repository.RoleAtWorkAsync("implementer");
        run.Signal(Signals.Stop);
        var began = TimeProvider.System.GetTimestamp();
        await Eventually.Holds("the watchdog ended with the role", () => run.Children().All(child => RunningProgram.StateOf(child) == 'Z'));
        await Eventually.Holds("the role's time is over", () => TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(6.2));
        run.Signal(Signals.Continue);
        Assert.Equal(0, await run.ExitCodeAsync());
        Assert.DoesNotContain("role_timeout", repository.EventNames());
    }

    [Fact]
    public async Task Cancel_of_a_run_in_a_foreign_group_ends_its_processes_and_no_others()
    {
        using var repository = await SimulatedRepository.PrepareAsync(Hanging);
        var run = repository.StartRunInForeignGroup();
        await repository.RoleAtWorkAsync("implementer");
        Assert.NotEqual(run.Pid, JsonText.TryRead(repository.ActiveRun).Number("pgid"));
        var role = Assert.Single(run.Children());
        Assert.Equal(0, (await repository.CommandAsync("cancel")).ExitCode);
        Assert.Equal(143, await run.ExitCodeAsync());
        await Eventually.Holds("the role is gone", () => RunningProgram.StateOf(role) is 'X' or 'Z');
        Assert.Equal("role_start", repository.EventNames()[^1]);
    }

    [Fact]
    public async Task Cancel_of_a_stopped_run_has_to_kill_it()
    {
        using var repository = await SimulatedRepository.PrepareAsync(Hanging);
        var run = repository.StartRun();
        await repository.RoleAtWorkAsync("implementer");
        run.Signal(Signals.Stop);
        var (exitCode, output) = await repository.CommandAsync("cancel");
        Assert.Equal(0, exitCode);
        Assert.Contains("force-stopped", output, StringComparison.Ordinal);
        Assert.Equal(137, await run.ExitCodeAsync());
        Assert.False(File.Exists(repository.State));
        Assert.False(File.Exists(repository.ActiveRun));
    }

    [Fact]
    public async Task Sigterm_and_sigcont_end_a_stopped_run_at_once()
    {
        using var repository = await SimulatedRepository.PrepareAsync(Hanging);
        var run = repository.StartRun();
        await repository.RoleAtWorkAsync("implementer");
        run.SignalGroup(Signals.Stop);
        await Eventually.Holds("the leader is stopped", () => RunningProgram.StateOf(run.Pid) == 'T');
        run.SignalGroup(Native.SigTerm);
        run.SignalGroup(Signals.Continue);
        Assert.Equal(143, await run.ExitCodeAsync());
        Assert.False(File.Exists(repository.ActiveRun));
        Assert.True(JsonText.TryRead(repository.State).Flag("active"));
    }

    [Fact]
    public async Task Timed_out_role_leaves_behind_what_it_started()
    {
        using var repository = await SimulatedRepository.PrepareAsync(SimulatedRepository.Quick() with
        {
            Timeouts = new Dictionary<string, int> { ["default"] = 4, ["implementer"] = 4 },
            Steps = [new RoleStep { Hangs = true, IgnoresTerm = true, OrphanMs = 60_000, TickMs = 20 }],
        });
        var (exitCode, _) = await repository.RunAsync();
        Assert.Equal(1, exitCode);
        Assert.Equal("role_timeout", repository.EventNames()[^1]);
        var work = Path.Combine(repository.Root, "work", "demo-loop-implementer.txt");
        var length = new FileInfo(work).Length;
        await Eventually.Holds("the orphan edits the repository", () => new FileInfo(work).Length > length);
    }

    [Fact]
    public async Task Cancel_when_nothing_runs_succeeds()
    {
        using var repository = await SimulatedRepository.PrepareAsync(Hanging);
        Assert.Equal((0, "No active state file found.\n"), await repository.CommandAsync("cancel"));
        Assert.Equal((0, "No state file found.\n"), await repository.CommandAsync("status"));
    }

    private static async Task AssertStillWorksAsync(SimulatedRepository repository, int role)
    {
        var log = new FileInfo(Path.Combine(repository.Loop().Logs(1), "implementer.log"));
        var length = log.Length;
        await Eventually.Holds("the orphan still writes", () =>
        {
            log.Refresh();
            return log.Length > length;
        });
        Assert.NotEqual('X', RunningProgram.StateOf(role));
    }
}
