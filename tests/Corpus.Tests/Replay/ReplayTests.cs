using System.Text;
using OpsManager.Core.Lifecycle;
using OpsManager.Testing.Corpus;
using Xunit.Abstractions;

namespace OpsManager.Corpus.Tests.Replay;

/// <summary>
/// Every recorded scenario, step by step, through the served adapter into the manager. Set <c>OPS_CORPUS</c> to replay another folder of
/// recordings.
/// </summary>
public sealed class ReplayTests(ITestOutputHelper output)
{
    public static TheoryData<string> Replayed => new(CorpusLibrary.Replayed.Select(static s => s.Name));

    public static TheoryData<string> Own => new(CorpusLibrary.Scenarios.Select(static s => s.Name));

    [Theory]
    [MemberData(nameof(Replayed))]
    public async Task The_manager_concludes_the_truth_at_every_step(string scenario) =>
        Assert.Equal(string.Empty, await WrongAsync(CorpusLibrary.Replayed, scenario, onlyV1: false, static (_, _) => false));

    /// <summary>
    /// Without a word about processes a stopped leader looks like one at work, and a killed one too, until somebody removes its files as
    /// a cancel would. Everything else is in the artifacts.
    /// </summary>
    [Theory]
    [MemberData(nameof(Own))]
    public async Task From_v1_alone_the_manager_concludes_all_but_what_only_a_process_tells(string scenario) =>
        Assert.Equal(string.Empty, await WrongAsync(CorpusLibrary.Scenarios, scenario, onlyV1: true, static (truth, found) => (truth, found) is
            (LifecycleState.Paused, LifecycleState.Running) or (LifecycleState.Crashed, LifecycleState.Running or LifecycleState.Cancelled)));

    [Fact]
    public void There_is_something_to_replay() => Assert.NotEmpty(CorpusLibrary.Replayed);

    private async Task<string> WrongAsync(IReadOnlyList<CorpusScenario> scenarios, string name, bool onlyV1, Func<LifecycleState, LifecycleState, bool> isUntold)
    {
        var scenario = scenarios.Single(s => s.Name == name);
        var moments = RecordedProcesses.Of(scenario);
        var wrong = new StringBuilder();
        foreach (var loop in scenario.Steps.SelectMany(static s => s.JudgedLoops).Distinct(StringComparer.Ordinal))
        {
            using var repository = new PlayedRepository();
            await using var adapter = new ReplayedAdapter(repository.Path, repository.Processes);
            using var manager = new ReplayedManager(await adapter.ServeAsync(), loop, onlyV1);
            foreach (var moment in moments)
            {
                repository.MoveTo(moment);
                await manager.WatchAsync();
                if (!moment.Step.JudgedLoops.Contains(loop))
                {
                    continue;
                }

                var (state, reason) = TruthLabels.Of(moment.Step, loop);
                var found = (await manager.RunAsync()).Lifecycle;
                var line = $"{moment.Step.Id} {loop}: {moment.Step.Meta.Truth.Of(loop)} is {state} {reason}; found {found.State} {found.Reason} {found.Quiescence} {found.QuiescenceProof}";
                output.WriteLine(line);
                if ((found.State != state && !isUntold(state, found.State)) || (found.State == state && reason is not null && reason != found.Reason))
                {
                    wrong.AppendLine(line);
                }
            }

            manager.Story.ForEach(output.WriteLine);
        }

        return wrong.ToString();
    }
}
