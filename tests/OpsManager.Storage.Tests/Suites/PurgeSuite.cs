using OpsManager.Core.Decisions;
using OpsManager.Core.Escalations;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Configuration;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Index;
using OpsManager.Storage.Purging;
using OpsManager.Storage.Runs;
using OpsManager.Storage.Tests.Support;

namespace OpsManager.Storage.Tests.Suites;

/// <summary>The deletion of runs, on any storage.</summary>
public abstract class PurgeSuite
{
    internal abstract Task<TestStorage> OpenAsync(string isolationPolicy = IsolationPolicies.OneRunPerSprite);

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_deleted_run_leaves_nothing_but_the_row_that_keeps_its_id()
    {
        var storage = await OpenAsync();
        await EndedAsync(storage, "run-a");
        await storage.CreateAsync("run-b", "other");
        Assert.NotEmpty((await storage.Rows.ListBlobsAsync("run-a/", null, 10, None)).Blobs);

        Assert.IsType<PurgeMarking.Marked>(await storage.Purge.MarkAsync(Sample.Id("run-a"), Order() with { By = "ada" }, None));
        Assert.Equal([Sample.Id("run-b")], (await storage.Index.ListAsync(new(), null, 10, None)).Items.Select(item => item.RunId));
        Assert.Equal([new PurgingRun(Sample.Id("run-a"), TestStorage.Epoch)], await storage.Purge.ListAsync(null, 10, None));

        Assert.Equal(PurgeProgress.Waiting, await RemoveAllAsync(storage, "run-a"));

        Assert.Null(await storage.Store.FindAsync(Sample.Id("run-a"), None));
        var left = Assert.Single(await storage.RowsAsync(StorageTable.LoopRuns, "run-a"));
        Assert.Equal("creation", left.RowKey);
        Assert.Equal(("ada", "request", TestStorage.Epoch), (left.Text("purgedBy"), left.Text("purgeCause"), left.Time("purgedAt")));
        Assert.Empty((await storage.Rows.ListBlobsAsync("run-a/", null, 10, None)).Blobs);
        Assert.Equal([Sample.Id("run-b")], (await storage.Index.ListActiveAsync(None)).Select(run => run.RunId));

        storage.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(PurgeProgress.Finished, await storage.Purge.RemoveAsync(Sample.Id("run-a"), 1000, None));
        Assert.Empty(await storage.RowsAsync(StorageTable.LoopRunIndex, IndexKeys.Purging));
        Assert.Equal(PurgeProgress.Finished, await storage.Purge.RemoveAsync(Sample.Id("run-a"), 1000, None));

        // The other run is whole.
        Assert.Equal(Sample.Id("run-b"), await storage.Index.FindHolderAsync(SpriteName.Parse("other"), None));
        Assert.Equal(3, (await storage.RowsAsync(StorageTable.LoopRuns, "run-b")).Count);
    }

    [Fact]
    public async Task A_deleted_runs_id_is_never_used_again()
    {
        var storage = await OpenAsync();
        await EndedAsync(storage, "run-a");
        await storage.Purge.MarkAsync(Sample.Id("run-a"), Order(), None);
        var reused = new CreateRunResult.KeyReused(Sample.Id("run-a"), Deleted: true);

        Assert.Equal(reused, await storage.Store.CreateAsync(Sample.New("run-a", "box"), None));
        await RemoveAllAsync(storage, "run-a");
        Assert.Equal(reused, await storage.Store.CreateAsync(Sample.New("run-a", "box"), None));
        storage.Time.Advance(TimeSpan.FromMinutes(6));
        await storage.Purge.RemoveAsync(Sample.Id("run-a"), 1000, None);
        await storage.Index.RemoveOrphansAsync(storage.Time.GetUtcNow(), None);
        Assert.Equal(reused, await storage.Store.CreateAsync(Sample.New("run-a", "box"), None));
        Assert.Empty(await storage.Index.ListActiveAsync(None));
    }

    [Fact]
    public async Task Only_a_run_that_has_ended_can_be_deleted()
    {
        var storage = await OpenAsync();
        await storage.CreateAsync("run-a", "box");

        Assert.Equal(new PurgeMarking.NotEnded(LifecycleState.Pending), await storage.Purge.MarkAsync(Sample.Id("run-a"), Order(), None));
        Assert.IsType<PurgeMarking.NotFound>(await storage.Purge.MarkAsync(Sample.Id("run-nobody"), Order(), None));
        Assert.Empty(await storage.Purge.ListAsync(null, 10, None));
    }

    [Fact]
    public async Task A_second_order_changes_nothing()
    {
        var storage = await OpenAsync();
        await EndedAsync(storage, "run-a");
        var first = Assert.IsType<PurgeMarking.Marked>(await storage.Purge.MarkAsync(Sample.Id("run-a"), Order() with { By = "ada" }, None));

        var second = Assert.IsType<PurgeMarking.AlreadyMarked>(await storage.Purge.MarkAsync(Sample.Id("run-a"), Order() with { By = "bob" }, None));

        Assert.Equal(first.Head.StoreTag, second.Head.StoreTag);
        Assert.Equal("ada", second.Head.Purge!.By);
    }

    [Fact]
    public async Task Orders_at_once_make_one_deletion()
    {
        var storage = await OpenAsync();
        await EndedAsync(storage, "run-a");

        var results = await Task.WhenAll(Enumerable.Range(0, 8).Select(at => Task.Run(() => storage.Purge.MarkAsync(Sample.Id("run-a"), Order() with { By = $"user-{at}" }, None))));

        Assert.Single(results.OfType<PurgeMarking.Marked>());
        Assert.Equal(7, results.OfType<PurgeMarking.AlreadyMarked>().Count());
        Assert.Single(await storage.RowsAsync(StorageTable.LoopRunIndex, IndexKeys.Purging));
    }

    [Fact]
    public async Task A_sprite_that_is_still_held_is_given_back_only_when_asked_for()
    {
        var storage = await OpenAsync();
        await EndedAsync(storage, "run-a", Quiescence.NotProven);

        Assert.Equal(new PurgeMarking.ClaimHeld(SpriteName.Parse("box")), await storage.Purge.MarkAsync(Sample.Id("run-a"), Order(), None));
        Assert.False((await storage.HeadAsync("run-a")).Purging);
        Assert.IsType<PurgeMarking.Marked>(await storage.Purge.MarkAsync(Sample.Id("run-a"), Order() with { ReleaseClaim = true }, None));

        // Until it is removed, the sprite is held.
        Assert.IsType<CreateRunResult.SpriteClaimed>(await storage.Store.CreateAsync(Sample.New("run-b", "box"), None));
        await RemoveAllAsync(storage, "run-a");
        await storage.CreateAsync("run-b", "box");
        Assert.True((await storage.RowsAsync(StorageTable.LoopRuns, "run-a"))[0].Flag("claimReleased"));
    }

    [Fact]
    public async Task Without_claims_there_is_none_to_release()
    {
        var storage = await OpenAsync(IsolationPolicies.Shared);
        await EndedAsync(storage, "run-a", Quiescence.NotProven);

        Assert.IsType<PurgeMarking.Marked>(await storage.Purge.MarkAsync(Sample.Id("run-a"), Order(), None));
    }

    [Fact]
    public async Task A_sprite_that_another_run_holds_by_now_stays_with_it()
    {
        var storage = await OpenAsync();
        await EndedAsync(storage, "run-a");
        await storage.CreateAsync("run-b", "box");

        await storage.Purge.MarkAsync(Sample.Id("run-a"), Order(), None);
        await RemoveAllAsync(storage, "run-a");

        Assert.Equal(Sample.Id("run-b"), await storage.Index.FindHolderAsync(SpriteName.Parse("box"), None));
    }

    [Fact]
    public async Task Nobody_writes_to_a_run_that_is_being_deleted()
    {
        var storage = await OpenAsync();
        var head = await EndedAsync(storage, "run-a");
        await storage.Purge.MarkAsync(Sample.Id("run-a"), Order(), None);
        var marked = await storage.HeadAsync("run-a");

        foreach (var known in new[] { head, marked })
        {
            Assert.IsType<WriteResult.Fenced>(await storage.Store.AppendEventsAsync(known, head.Engine, Sample.Events(head.StoredThrough + 1, 2), Sample.Log(99), None));
            Assert.IsType<WriteResult.Fenced>(await storage.Store.RecordPollAsync(known, head.Engine, Sample.Poll(head, 99), None));
            Assert.IsNotType<WriteResult.Written>(await storage.Store.ReplaceEngineAsync(known, EngineRef.For(Sample.Id("run-a"), 9), null, None));
        }

        Assert.Equal(marked.StoreTag, (await storage.HeadAsync("run-a")).StoreTag);

        // Nor does a late look at the old head bring it back into the list.
        await storage.Index.SynchronizeAsync(marked, None);
        Assert.Empty((await storage.Index.ListAsync(new(), null, 10, None)).Items);
    }

    [Fact]
    public async Task What_a_slow_writer_brings_after_the_head_is_removed_too()
    {
        var storage = await OpenAsync();
        var head = await EndedAsync(storage, "run-a");
        await storage.Purge.MarkAsync(Sample.Id("run-a"), Order(), None);
        await RemoveAllAsync(storage, "run-a");

        await storage.Index.SynchronizeAsync(head, None);
        await storage.Rows.PutBlobAsync("run-a/event-1-" + new string('0', 64), new byte[] { 1 }, None);
        Assert.NotEmpty((await storage.Index.ListAsync(new(), null, 10, None)).Items);

        storage.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(PurgeProgress.Finished, await storage.Purge.RemoveAsync(Sample.Id("run-a"), 1000, None));
        Assert.Empty((await storage.Index.ListAsync(new(), null, 10, None)).Items);
        Assert.Empty((await storage.Rows.ListBlobsAsync(string.Empty, null, 10, None)).Blobs);
    }

    [Fact]
    public async Task A_bounded_step_leaves_the_rest_to_the_next()
    {
        var storage = await OpenAsync();
        var head = await storage.CreateAsync("run-a", "box");
        for (var at = 0; at < 250; at++)
        {
            head = Assert.IsType<WriteResult.Written>(await storage.Store.AppendEventsAsync(head, head.Engine, Sample.Events(at + 1, 1), Sample.Log(at + 1), None)).Head;
        }

        await storage.EndAsync("run-a", Quiescence.Proven);
        await storage.Purge.MarkAsync(Sample.Id("run-a"), Order(), None);

        Assert.Equal(PurgeProgress.More, await storage.Purge.RemoveAsync(Sample.Id("run-a"), 100, None));
        Assert.Equal(153, (await storage.RowsAsync(StorageTable.LoopRuns, "run-a")).Count);
        Assert.Equal(PurgeProgress.More, await storage.Purge.RemoveAsync(Sample.Id("run-a"), 100, None));
        Assert.Equal(PurgeProgress.Waiting, await storage.Purge.RemoveAsync(Sample.Id("run-a"), 100, None));
        Assert.Single(await storage.RowsAsync(StorageTable.LoopRuns, "run-a"));
    }

    [Fact]
    public async Task An_order_whose_giver_died_before_the_mark_is_forgotten()
    {
        var storage = await OpenAsync();
        var head = await EndedAsync(storage, "run-a");
        await new PurgingRows(storage.Rows, storage.Time).EnsureAsync(head, None);

        Assert.Equal(PurgeProgress.Waiting, await storage.Purge.RemoveAsync(Sample.Id("run-a"), 100, None));
        storage.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(PurgeProgress.Abandoned, await storage.Purge.RemoveAsync(Sample.Id("run-a"), 100, None));

        Assert.Empty(await storage.Purge.ListAsync(null, 10, None));
        Assert.Equal(head.StoreTag, (await storage.HeadAsync("run-a")).StoreTag);
    }

    [Fact]
    public async Task Deletions_are_listed_page_by_page()
    {
        var storage = await OpenAsync();
        foreach (var id in new[] { "run-a", "run-b", "run-c" })
        {
            await EndedAsync(storage, id, sprite: "box-" + id);
            await storage.Purge.MarkAsync(Sample.Id(id), Order(), None);
        }

        Assert.Equal(["run-a", "run-b"], (await storage.Purge.ListAsync(null, 2, None)).Select(run => run.RunId.Value));
        Assert.Equal(["run-c"], (await storage.Purge.ListAsync(Sample.Id("run-b"), 2, None)).Select(run => run.RunId.Value));
    }

    [Fact]
    public async Task A_rebuild_of_the_index_leaves_deletions_alone_and_finds_them_again()
    {
        var storage = await OpenAsync();
        await EndedAsync(storage, "run-a", Quiescence.NotProven);
        await storage.Purge.MarkAsync(Sample.Id("run-a"), Order() with { ReleaseClaim = true }, None);
        await storage.Rows.WriteAsync(StorageTable.LoopRunIndex, IndexKeys.Purging, [RowWrite.Delete("run-a", RowWrite.AnyTag)], None);

        Assert.Equal(0, await storage.Index.RebuildAsync(None));

        Assert.Single(await storage.Purge.ListAsync(null, 10, None));
        Assert.Empty((await storage.Index.ListAsync(new(), null, 10, None)).Items);
    }

    [Fact]
    public async Task Runs_that_ended_long_ago_are_found_and_no_others()
    {
        var storage = await OpenAsync();
        await EndedAsync(storage, "run-old", sprite: "box-1", createdAt: TestStorage.Epoch.AddDays(-10), endedAt: TestStorage.Epoch.AddDays(-9));
        await EndedAsync(storage, "run-held", Quiescence.NotProven, "box-2", TestStorage.Epoch.AddDays(-10), TestStorage.Epoch.AddDays(-9));
        await EndedAsync(storage, "run-late", sprite: "box-3", createdAt: TestStorage.Epoch.AddDays(-10), endedAt: TestStorage.Epoch.AddDays(-7));
        await EndedAsync(storage, "run-new", sprite: "box-4", createdAt: TestStorage.Epoch, endedAt: TestStorage.Epoch);
        await storage.Store.CreateAsync(new NewRun(Sample.Run("run-live", "box-5", TestStorage.Epoch.AddDays(-20)), null, "body"), None);

        var whole = await storage.Purge.FindExpiredAsync(TestStorage.Epoch.AddDays(-7), null, 100, None);
        Assert.Equal(["run-old"], whole.Runs.Select(run => run.Value));
        Assert.Equal((1, (string?)null), (whole.Held, whole.Continuation));

        // A tick later than the boundary, the one that ended on it is found as well.
        Assert.Equal(["run-late", "run-old"], (await storage.Purge.FindExpiredAsync(TestStorage.Epoch.AddDays(-7).AddTicks(1), null, 100, None)).Runs.Select(run => run.Value).Order());

        var found = new List<string>();
        string? continuation = null;
        do
        {
            var part = await storage.Purge.FindExpiredAsync(TestStorage.Epoch.AddDays(-7), continuation, 1, None);
            found.AddRange(part.Runs.Select(run => run.Value));
            continuation = part.Continuation;
        }
        while (continuation is not null);
        Assert.Equal(["run-old"], found);
    }

    [Fact]
    public async Task A_row_of_the_list_that_cannot_be_read_hides_no_expired_run()
    {
        var storage = await OpenAsync();
        foreach (var day in new[] { 10, 11, 12 })
        {
            await EndedAsync(storage, $"run-{day}", sprite: $"box-{day}", createdAt: TestStorage.Epoch.AddDays(-day), endedAt: TestStorage.Epoch.AddDays(-9));
        }

        await storage.MakeUnreadableAsync(StorageTable.LoopRunIndex, IndexKeys.List, IndexKeys.ListRow(TestStorage.Epoch.AddDays(-11), Sample.Id("run-11")));

        var found = await storage.Purge.FindExpiredAsync(TestStorage.Epoch.AddDays(-7), null, 100, None);
        Assert.Equal(["run-10", "run-12"], found.Runs.Select(run => run.Value));
        Assert.Null(found.Continuation);
    }

    internal static PurgeOrder Order() => new(TestStorage.Epoch, PurgeCauses.Request, null, false);

    /// <summary>Goes on until there is nothing to do at once.</summary>
    internal static async Task<PurgeProgress> RemoveAllAsync(TestStorage storage, string runId)
    {
        PurgeProgress progress;
        while ((progress = await storage.Purge.RemoveAsync(Sample.Id(runId), 1000, None)) == PurgeProgress.More)
        {
        }

        return progress;
    }

    /// <summary>A run that has ended, with something of everything that is stored.</summary>
    internal static async Task<RunHead> EndedAsync(
        TestStorage storage, string runId, Quiescence quiescence = Quiescence.Proven, string sprite = "box", DateTimeOffset? createdAt = null, DateTimeOffset? endedAt = null)
    {
        var run = Sample.Run(runId, sprite, createdAt);
        var head = Assert.IsType<CreateRunResult.Created>(await storage.Store.CreateAsync(new NewRun(run, "key of " + runId, "body"), None)).Head;
        List<StoredEvent> events = [.. Sample.Events(1, 100), Sample.Incompressible(101, 1024 * 1024)];
        head = Assert.IsType<WriteResult.Written>(await storage.Store.AppendEventsAsync(head, head.Engine, events, Sample.Log(101), None)).Head;
        head = Assert.IsType<WriteResult.Written>(await storage.Store.RecordPollAsync(head, head.Engine, Sample.Poll(head, 1, Sample.Snapshot("a")), None)).Head;
        var decision = Sample.Decision(head, LifecycleState.Running, new Effect.RaiseEscalation(1, "early", EscalationSeverity.Info, "x"));
        head = Assert.IsType<WriteResult.Written>(await storage.Store.ApplyAsync(run.Spec.RunId, head.Engine, new ApplyRequest("1-1", head.Revision, decision), None)).Head;
        head = Assert.IsType<WriteResult.Written>(await storage.Store.ReplaceEngineAsync(head, EngineRef.For(run.Spec.RunId, 2), Sample.Replacement(2), None)).Head;
        var ended = head.Run with { Lifecycle = LifecycleStatus.Ended(LifecycleState.Completed, endedAt ?? TestStorage.Epoch, "goal", quiescence, quiescence == Quiescence.Proven ? "process" : null) };
        head = Assert.IsType<WriteResult.Written>(await storage.Store.ApplyAsync(run.Spec.RunId, head.Engine, new ApplyRequest("1-2", head.Revision, new Decision(ended, [], [], true)), None)).Head;
        await storage.Index.SynchronizeAsync(head, None);
        return head;
    }
}

public sealed class PurgeInMemoryTests : PurgeSuite
{
    internal override Task<TestStorage> OpenAsync(string isolationPolicy = IsolationPolicies.OneRunPerSprite) => Task.FromResult(TestStorage.InMemory(isolationPolicy));
}

public sealed class PurgeAzuriteTests : PurgeSuite
{
    internal override Task<TestStorage> OpenAsync(string isolationPolicy = IsolationPolicies.OneRunPerSprite) => TestStorage.AzuriteAsync(isolationPolicy);
}
