using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Index;
using OpsManager.Storage.Runs;
using OpsManager.Storage.Tests.Support;

namespace OpsManager.Storage.Tests.Suites;

/// <summary>The list of runs and the upkeep of index and claims, on any storage.</summary>
public abstract class IndexSuite
{
    internal abstract Task<TestStorage> OpenAsync();

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Pages_are_newest_first_and_complete_while_runs_are_added()
    {
        var storage = await OpenAsync();
        for (var at = 0; at < 7; at++)
        {
            await CreateAsync(storage, $"run-{at}", at);
        }

        var first = await storage.Index.ListAsync(new(), null, 3, None);
        await CreateAsync(storage, "run-7", 7);
        var second = await storage.Index.ListAsync(new(), first.Continuation, 3, None);
        var third = await storage.Index.ListAsync(new(), second.Continuation, 3, None);

        Assert.Equal(
            ["run-6", "run-5", "run-4", "run-3", "run-2", "run-1", "run-0"],
            first.Items.Concat(second.Items).Concat(third.Items).Select(item => item.RunId.Value));
        Assert.Null(third.Continuation);
    }

    [Fact]
    public async Task A_full_last_page_has_no_continuation()
    {
        var storage = await OpenAsync();
        await CreateAsync(storage, "run-a", 1);
        await CreateAsync(storage, "run-b", 2);

        Assert.Null((await storage.Index.ListAsync(new(), null, 2, None)).Continuation);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => storage.Index.ListAsync(new(), null, 0, None));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => storage.Index.ListAsync(new(), null, 201, None));
    }

    [Fact]
    public async Task Every_filter_selects_and_all_of_them_together_too()
    {
        var storage = await OpenAsync();
        await CreateAsync(storage, "run-a", 1, "team one", new RunLabel("tier", "gold"), new RunLabel("x", "y"));
        await CreateAsync(storage, "run-b", 2, "team two", new RunLabel("tier", "silver"));
        await CreateAsync(storage, "run-c", 3);
        await ChangeAsync(storage, "run-a", run => run with
        {
            Lifecycle = LifecycleStatus.Live(LifecycleState.AwaitingApproval, TestStorage.Epoch),
            Health = HealthReport.Unobserved with { Verdict = HealthVerdict.Degraded },
        });

        Assert.Equal(["run-a"], await Find(new() { State = LifecycleState.AwaitingApproval }));
        Assert.Equal(["run-c", "run-b"], await Find(new() { State = LifecycleState.Pending }));
        Assert.Equal(["run-a"], await Find(new() { Health = HealthVerdict.Degraded }));
        Assert.Equal(["run-b"], await Find(new() { Workspace = "team two" }));
        Assert.Equal(["run-c", "run-b", "run-a"], await Find(new() { Repo = "/srv/repo" }));
        Assert.Equal(["run-b", "run-a"], await Find(new() { Label = "tier" }));
        Assert.Equal(["run-a"], await Find(new() { Label = "tier=gold" }));
        Assert.Equal(["run-a"], await Find(new() { NeedsAttention = true }));
        Assert.Equal(["run-c", "run-b"], await Find(new() { NeedsAttention = false }));
        Assert.Equal(
            ["run-a"],
            await Find(new()
            {
                State = LifecycleState.AwaitingApproval,
                Health = HealthVerdict.Degraded,
                Workspace = "team one",
                Repo = "/srv/repo",
                Label = "x=y",
                NeedsAttention = true,
            }));
        Assert.Empty(await Find(new() { State = LifecycleState.AwaitingApproval, Workspace = "team two" }));

        async Task<IEnumerable<string>> Find(RunFilter filter) =>
            (await storage.Index.ListAsync(filter, null, 10, None)).Items.Select(item => item.RunId.Value);
    }

    [Theory]
    [InlineData("it's")]
    [InlineData("' or PartitionKey ne '")]
    [InlineData("x' or true or 'x' eq 'x")]
    [InlineData("%27 or 1 eq 1")]
    [InlineData("a&$top=1#/?ü…")]
    [InlineData("''")]
    [InlineData("back\\slash \"quoted\"")]
    public async Task What_a_user_types_into_a_filter_is_only_ever_compared(string text)
    {
        var storage = await OpenAsync();
        await CreateAsync(storage, "run-a", 1, "innocent");
        await CreateAsync(storage, "run-b", 2, text);

        Assert.Equal(["run-b"], (await storage.Index.ListAsync(new() { Workspace = text }, null, 10, None)).Items.Select(item => item.RunId.Value));
        Assert.Empty((await storage.Index.ListAsync(new() { Repo = text }, null, 10, None)).Items);
        Assert.Empty((await storage.Index.ListAsync(new() { Label = text }, null, 10, None)).Items);
    }

    [Fact]
    public async Task Texts_longer_than_a_filter_may_be_are_compared_in_full()
    {
        var storage = await OpenAsync();
        var text = new string('w', 1000);
        await CreateAsync(storage, "run-a", 1, text + "a");
        await CreateAsync(storage, "run-b", 2, text + "b");

        Assert.Equal(["run-a"], (await storage.Index.ListAsync(new() { Workspace = text + "a" }, null, 10, None)).Items.Select(item => item.RunId.Value));
    }

    [Fact]
    public async Task A_continuation_belongs_to_its_filter()
    {
        var storage = await OpenAsync();
        await CreateAsync(storage, "run-a", 1, "w");
        await CreateAsync(storage, "run-b", 2, "w");
        var continuation = (await storage.Index.ListAsync(new() { Workspace = "w" }, null, 1, None)).Continuation!;

        Assert.Single((await storage.Index.ListAsync(new() { Workspace = "w" }, continuation, 1, None)).Items);
        foreach (var (filter, token) in new (RunFilter, string)[]
        {
            (new(), continuation),
            (new() { Workspace = "v" }, continuation),
            (new() { Workspace = "w", NeedsAttention = false }, continuation),
            (new() { Workspace = "w" }, ""),
            (new() { Workspace = "w" }, "not a token'"),
            (new() { Workspace = "w" }, "bnVsbA"),
            (new() { Workspace = "w" }, "eyJ2IjoxfQ"),
            (new() { Workspace = "w" }, continuation[..^4]),
        })
        {
            await Assert.ThrowsAsync<InvalidContinuationException>(() => storage.Index.ListAsync(filter, token, 1, None));
        }
    }

    [Fact]
    public async Task A_lower_revision_never_overwrites_a_higher_one()
    {
        var storage = await OpenAsync();
        var old = await storage.CreateAsync("run-a");
        var newer = await ChangeAsync(storage, "run-a", run => run with { Lifecycle = LifecycleStatus.Live(LifecycleState.Running, TestStorage.Epoch) });

        await storage.Index.SynchronizeAsync(old, None);

        var item = Assert.Single((await storage.Index.ListAsync(new(), null, 10, None)).Items);
        Assert.Equal((newer.Revision, LifecycleState.Running), (item.Revision, item.State));
    }

    [Fact]
    public async Task Of_many_synchronizations_at_once_the_highest_revision_stays()
    {
        var storage = await OpenAsync();
        var heads = new List<RunHead> { await storage.CreateAsync("run-a") };
        for (var at = 0; at < 12; at++)
        {
            heads.Add(heads[^1] with { Revision = heads[^1].Revision + 1 });
        }

        await Task.WhenAll(heads.Select(head => Task.Run(() => storage.Index.SynchronizeAsync(head, None))));

        Assert.Equal(13, Assert.Single((await storage.Index.ListAsync(new(), null, 10, None)).Items).Revision);
    }

    [Fact]
    public async Task What_a_creation_left_behind_is_removed_after_five_minutes_and_not_before()
    {
        var storage = await OpenAsync();
        await storage.CreateAsync("run-b", "other");
        await LeaveBehindAsync(storage, "run-a", "box");

        Assert.Equal(0, await storage.Index.RemoveOrphansAsync(TestStorage.Epoch.AddMinutes(5), None));
        Assert.Equal(2, await storage.Index.RemoveOrphansAsync(TestStorage.Epoch.AddMinutes(5).AddSeconds(1), None));

        Assert.Null(await storage.Index.FindHolderAsync(SpriteName.Parse("box"), None));
        Assert.Equal(Sample.Id("run-b"), await storage.Index.FindHolderAsync(SpriteName.Parse("other"), None));
        Assert.Equal([Sample.Id("run-b")], (await storage.Index.ListActiveAsync(None)).Select(run => run.RunId));

        // The same request is as good as before.
        await storage.CreateAsync("run-a", "box");
        Assert.Equal(Sample.Id("run-a"), await storage.Index.FindHolderAsync(SpriteName.Parse("box"), None));
        Assert.Equal(0, await storage.Index.RemoveOrphansAsync(TestStorage.Epoch.AddHours(5), None));
    }

    [Fact]
    public async Task A_head_that_cannot_be_read_belongs_to_somebody_and_hides_no_orphan()
    {
        var storage = await OpenAsync();
        await storage.CreateAsync("run-a", "box-a");
        await LeaveBehindAsync(storage, "run-b", "box-b");
        await storage.MakeUnreadableAsync(StorageTable.LoopRuns, "run-a", RowKeys.Head);

        Assert.Equal(2, await storage.Index.RemoveOrphansAsync(TestStorage.Epoch.AddMinutes(6), None));

        Assert.Equal([Sample.Id("run-a")], (await storage.Index.ListActiveAsync(None)).Select(run => run.RunId));
        Assert.Equal(Sample.Id("run-a"), await storage.Index.FindHolderAsync(SpriteName.Parse("box-a"), None));
        Assert.Null(await storage.Index.FindHolderAsync(SpriteName.Parse("box-b"), None));
    }

    [Fact]
    public async Task A_sprite_claimed_by_an_orphan_is_taken_over_after_five_minutes()
    {
        var storage = await OpenAsync();
        await LeaveBehindAsync(storage, "run-a", "box");

        Assert.IsType<CreateRunResult.SpriteClaimed>(await storage.Store.CreateAsync(Sample.New("run-b", "box"), None));
        storage.Time.Advance(TimeSpan.FromMinutes(6));
        await storage.CreateAsync("run-b", "box");

        Assert.Equal(
            new CreateRunResult.SpriteClaimed(Sample.Id("run-b")),
            await storage.Store.CreateAsync(Sample.New("run-a", "box"), None));
    }

    [Fact]
    public async Task A_claim_of_a_run_on_another_sprite_is_an_orphan()
    {
        var storage = await OpenAsync();
        await storage.CreateAsync("run-a", "box");
        await storage.Rows.WriteAsync(
            StorageTable.Sprites,
            IndexKeys.Claims,
            [RowWrite.Insert("stray", RowProperties.Plain("w", (RowProperties.Holder, "run-a"), (RowProperties.Since, TestStorage.Epoch)))],
            None);

        Assert.Equal(1, await storage.Index.RemoveOrphansAsync(TestStorage.Epoch.AddMinutes(6), None));
        Assert.Null(await storage.Index.FindHolderAsync(SpriteName.Parse("stray"), None));
    }

    [Fact]
    public async Task The_index_and_the_claims_are_rebuilt_from_the_heads()
    {
        var storage = await OpenAsync();
        await CreateAsync(storage, "run-a", 1, "w");
        await storage.CreateAsync("run-b");
        await storage.EndAsync("run-b", Quiescence.Proven);
        await storage.CreateAsync("run-c");
        await storage.EndAsync("run-c", Quiescence.NotProven);
        var before = (await storage.Index.ListAsync(new(), null, 10, None)).Items;
        foreach (var (table, partition) in new[] { (StorageTable.LoopRunIndex, IndexKeys.Active), (StorageTable.LoopRunIndex, IndexKeys.List), (StorageTable.Sprites, IndexKeys.Claims) })
        {
            foreach (var row in await storage.RowsAsync(table, partition))
            {
                await storage.Rows.WriteAsync(table, partition, [RowWrite.Delete(row.RowKey, row.ETag)], None);
            }
        }

        // A list row of a run that is no more.
        var gone = ListRow.ItemOf(await storage.HeadAsync("run-a")) with { RunId = Sample.Id("run-x") };
        await storage.Rows.WriteAsync(
            StorageTable.LoopRunIndex, IndexKeys.List, [RowWrite.Insert(IndexKeys.ListRow(TestStorage.Epoch, gone.RunId), ListRow.Properties(gone))], None);

        Assert.Equal(3, await storage.Index.RebuildAsync(None));

        Assert.Equal(before, (await storage.Index.ListAsync(new(), null, 10, None)).Items);
        Assert.Equal([("run-a", false), ("run-c", true)], (await storage.Index.ListActiveAsync(None)).Select(run => (run.RunId.Value, run.Ended)));
        Assert.Equal(["sprite-run-a", "sprite-run-c"], (await storage.RowsAsync(StorageTable.Sprites, IndexKeys.Claims)).Select(row => row.RowKey));
    }

    private static async Task CreateAsync(TestStorage storage, string runId, int minute, string? workspace = null, params RunLabel[] labels)
    {
        var run = Sample.Run(runId, null, TestStorage.Epoch.AddMinutes(minute), workspace, labels);
        Assert.IsType<CreateRunResult.Created>(await storage.Store.CreateAsync(new NewRun(run, runId, "body"), None));
    }

    private static async Task<RunHead> ChangeAsync(TestStorage storage, string runId, Func<LoopRun, LoopRun> change)
    {
        var head = await storage.HeadAsync(runId);
        var request = new ApplyRequest($"1-{head.Revision}", head.Revision, new(change(head.Run), [], [], true));
        var written = Assert.IsType<WriteResult.Written>(await storage.Store.ApplyAsync(head.Run.Spec.RunId, head.Engine, request, None)).Head;
        await storage.Index.SynchronizeAsync(written, None);
        return written;
    }

    /// <summary>The first two steps of a creation whose process then died.</summary>
    private static async Task LeaveBehindAsync(TestStorage storage, string runId, string sprite)
    {
        await storage.Rows.WriteAsync(
            StorageTable.LoopRunIndex,
            IndexKeys.Active,
            [RowWrite.Insert(runId, RowProperties.Plain("w", (RowProperties.Since, TestStorage.Epoch), (RowProperties.Sprite, sprite)))],
            None);
        await storage.Rows.WriteAsync(
            StorageTable.Sprites,
            IndexKeys.Claims,
            [RowWrite.Insert(sprite, RowProperties.Plain("w", (RowProperties.Holder, runId), (RowProperties.Since, TestStorage.Epoch)))],
            None);
    }
}

public sealed class IndexInMemoryTests : IndexSuite
{
    internal override Task<TestStorage> OpenAsync() => Task.FromResult(TestStorage.InMemory());
}

public sealed class IndexAzuriteTests : IndexSuite
{
    internal override Task<TestStorage> OpenAsync() => TestStorage.AzuriteAsync();
}
