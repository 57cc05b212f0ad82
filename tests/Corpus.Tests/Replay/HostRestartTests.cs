using OpsManager.Core.Lifecycle;
using OpsManager.Sprites.Adapter;
using OpsManager.Testing.Corpus;
using SuperloopAdapter.Control;
using SuperloopAdapter.Processes;

namespace OpsManager.Corpus.Tests.Replay;

/// <summary>What the two ends of the wire have to agree on beyond what was recorded.</summary>
public sealed class HostRestartTests
{
    /// <summary>A launch of the adapter itself, whose record is of the boot before; also when its ids are those of others by now.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_restart_of_the_machine_is_told_from_a_crash_of_the_process(bool idsReused)
    {
        var moments = RecordedProcesses.Of(CorpusLibrary.Scenario("clean-completion"));
        var running = moments.First(static m => m.Launches.Any(static l => l.Pid is not null) && m.Living.Count == 1);
        var leader = running.Living[0];
        using var repository = new PlayedRepository();
        await using var adapter = new ReplayedAdapter(repository.Path, repository.Processes);
        using var manager = new ReplayedManager(await adapter.ServeAsync(), leader.Loop!, onlyV1: false);
        foreach (var moment in moments.TakeWhile(m => m != running).Append(running))
        {
            repository.MoveTo(moment);
        }

        await manager.LookAsync();
        Assert.Equal(LifecycleState.Running, (await manager.RunAsync()).Lifecycle.State);
        repository.Processes.Restart(idsReused ? [new ProcessEntry(leader.Pid, 1, leader.Pid, 'S', 1, []), new ProcessEntry(leader.Pid + 1, leader.Pid, leader.Pid, 'S', 2, [])] : []);
        await manager.WatchAsync();
        var found = (await manager.RunAsync()).Lifecycle;
        Assert.True(
            (found.State, found.Reason, found.Quiescence, found.QuiescenceProof) == (LifecycleState.Crashed, EndReasons.HostRestart, Quiescence.Proven, "process"),
            $"{found.State} {found.Reason} {found.Quiescence} {found.QuiescenceProof}\n{string.Join('\n', manager.Story)}");
    }

    [Fact]
    public void A_control_call_takes_less_than_the_manager_waits_for_it() =>
        Assert.InRange(new ControlBounds().Longest + TimeSpan.FromSeconds(1.5), TimeSpan.Zero, new AdapterClientOptions().ControlTimeout);
}
