using OpsManager.Testing.Corpus;

namespace OpsManager.Contract.Tests.Corpus;

public sealed class CorpusLibraryTests
{
    [Fact]
    public void Every_step_is_loaded_with_its_truth()
    {
        Assert.Equal(20, CorpusLibrary.Scenarios.Count);
        Assert.Equal(79, CorpusLibrary.Steps.Count());
        Assert.All(CorpusLibrary.Steps, static s => Assert.True(s.Meta.Truth.Lifecycle is not null ^ s.Meta.Truth.Loops is not null, s.Id));
    }

    [Fact]
    public void Steps_come_in_the_order_of_their_story() =>
        Assert.All(CorpusLibrary.Scenarios, static s => Assert.Equal(s.Steps.Select(static x => x.Name).Order(StringComparer.Ordinal), s.Steps.Select(static x => x.Name)));

    [Fact]
    public void A_killed_step_says_what_the_process_table_said()
    {
        var step = CorpusLibrary.Step("killed/02-killed");

        Assert.Equal("crashed", step.Meta.Truth.Of("demo-loop"));
        Assert.False(step.Meta.Process.Alive);
        Assert.Equal(["demo-loop"], step.LoopIds);
        Assert.True(File.Exists(step.EventLogPath("demo-loop")));
    }

    [Fact]
    public void A_step_with_two_loops_has_one_truth_each() =>
        Assert.Equal("running", CorpusLibrary.Step("two-loops/02-both-running").Meta.Truth.Of("loop-b"));

    [Fact]
    public void What_the_existing_manager_could_not_read_has_no_snapshot() =>
        Assert.Null(CorpusLibrary.Step("synthetic-torn/01-empty-state").ReadExpectedSnapshot("demo-loop"));

    [Fact]
    public void Every_recorded_exchange_is_loaded()
    {
        Assert.Equal(48, CorpusLibrary.Recordings.Count);
        Assert.Equal(55, CorpusLibrary.Recordings.Sum(static r => r.Exchanges.Count));
        Assert.Null(CorpusLibrary.Recording("29").Only.Response.Status);
        Assert.Equal(502, CorpusLibrary.Recording("47").Exchanges[1].Response.Status);
    }
}
