using System.Globalization;
using System.Text;
using System.Text.Json;
using OpsManager.Core.Lifecycle;
using OpsManager.Testing.Corpus;

namespace OpsManager.Corpus.Tests.Replay;

/// <summary>
/// A process that ends while the adapter looks at it: between any two of the reads that one snapshot takes, with everything it
/// leaves behind, at once or bit by bit. Every recorded end is played so.
/// </summary>
public sealed class ExitBetweenReadsTests
{
    /// <summary>The steps that a process did not live to see, with the step before.</summary>
    public static TheoryData<string> Ends
    {
        get
        {
            var data = new TheoryData<string>();
            foreach (var scenario in CorpusLibrary.Scenarios.Where(static s => !s.IsSynthetic))
            {
                var moments = RecordedProcesses.Of(scenario);
                foreach (var (before, after) in moments.Zip(moments.Skip(1)))
                {
                    if (before.Living.Count > after.Living.Count)
                    {
                        data.Add(after.Step.Id);
                    }
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task A_snapshot_never_takes_an_end_for_a_crash(string stepId)
    {
        var step = CorpusLibrary.Step(stepId);
        var end = V1Status.Of(step, Ended(step));
        await AtEveryReadAsync(step, [true, false], async (adapter, endNow, loop) =>
        {
            endNow();
            using var snapshot = JsonDocument.Parse(await adapter.SnapshotAsync(loop));
            var status = snapshot.RootElement.GetProperty("run").GetProperty("status").GetString();
            return status == "running" || status == end ? null : $"{end} expected, {status} found";
        });
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task The_manager_concludes_the_end_that_it_was(string stepId)
    {
        var step = CorpusLibrary.Step(stepId);
        var (state, reason) = TruthLabels.Of(step, Ended(step));
        await AtEveryReadAsync(step, [true], async (adapter, endNow, loop) =>
        {
            using var manager = new ReplayedManager(await adapter.ServeAsync(), loop, onlyV1: false);
            await manager.LookAsync();
            Assert.False((await manager.RunAsync()).Lifecycle.State.IsTerminal());
            endNow();
            await manager.WatchAsync();
            var found = (await manager.RunAsync()).Lifecycle;
            return found.State == state && (reason is null || reason == found.Reason)
                ? null
                : $"{state} {reason} expected, {found.State} {found.Reason} found\n{string.Join('\n', manager.Story)}";
        });
    }

    /// <summary>Ends the process after each single read in turn, and looks.</summary>
    private static async Task AtEveryReadAsync(CorpusStep step, bool[] ways, Func<ReplayedAdapter, Action, string, Task<string?>> lookAsync)
    {
        var loop = Ended(step);
        var moments = RecordedProcesses.Of(CorpusLibrary.Scenario(step.Scenario));
        var after = moments.Single(m => m.Step == step);
        var wrong = new StringBuilder();
        foreach (var atOnce in ways)
        {
            var reads = 1;
            for (var read = 1; read <= reads; read++)
            {
                var barrier = new ReadBarrier();
                using var repository = new PlayedRepository();
                repository.Processes.AfterRead = barrier.Pass;
                await using var adapter = new ReplayedAdapter(repository.Path, repository.Processes, new BarrierTime(barrier));
                foreach (var moment in moments.TakeWhile(m => m != after))
                {
                    repository.MoveTo(moment);
                }

                barrier.Set(int.MaxValue, atOnce, []);
                await adapter.SnapshotAsync(loop);
                reads = barrier.Reads;
                var (atRead, way) = (read, atOnce);
                if (await lookAsync(adapter, () => barrier.Set(atRead, way, repository.Changes(after)), loop) is { } text)
                {
                    wrong.AppendLine(string.Create(CultureInfo.InvariantCulture, $"read {read} of {reads}, {(atOnce ? "at once" : "bit by bit")}: {text}"));
                }
            }

            // The process table and the files that are there.
            Assert.True(reads >= 4, $"{reads}");
        }

        Assert.Equal(string.Empty, wrong.ToString());
    }

    /// <summary>The loop whose process did not live to see the step.</summary>
    private static string Ended(CorpusStep step)
    {
        var moments = RecordedProcesses.Of(CorpusLibrary.Scenario(step.Scenario)).ToList();
        var index = moments.FindIndex(m => m.Step == step);
        return step.JudgedLoops.Single(l => moments[index - 1].Living.Any(p => p.Loop == l) && moments[index].Living.All(p => p.Loop != l));
    }
}
