using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Configuration;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Runs;
using OpsManager.Storage.Tests.Support;

namespace OpsManager.Storage.Tests.Suites;

/// <summary>Starting runs and claiming sprites, on any storage.</summary>
public abstract class CreationSuite
{
    internal abstract Task<TestStorage> OpenAsync(string isolationPolicy = IsolationPolicies.OneRunPerSprite);

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_created_run_is_found_listed_active_and_holds_its_sprite()
    {
        var storage = await OpenAsync();

        var created = Assert.IsType<CreateRunResult.Created>(await storage.Store.CreateAsync(Sample.New("run-a", "box"), None)).Head;

        var found = await storage.HeadAsync("run-a");
        Assert.Equal(created, found);
        Assert.Equal(1, found.Revision);
        Assert.Equal(new EngineRef(1, "run-a-g1"), found.Engine);
        Assert.Equal(Sample.Id("run-a"), await storage.Index.FindHolderAsync(SpriteName.Parse("box"), None));
        Assert.Equal([Sample.Id("run-a")], (await storage.Index.ListActiveAsync(None)).Select(run => run.RunId));
        Assert.Equal([Sample.Id("run-a")], (await storage.Index.ListAsync(new(), null, 10, None)).Items.Select(run => run.RunId));
    }

    [Fact]
    public async Task An_unknown_run_is_not_found()
    {
        var storage = await OpenAsync();

        Assert.Null(await storage.Store.FindAsync(Sample.Id("run-a"), None));
        Assert.Null(await storage.Index.FindHolderAsync(SpriteName.Parse("box"), None));
        Assert.Empty(await storage.Store.ReadEventsAsync(Sample.Id("run-a"), 0, 10, None));
        Assert.Null(await storage.Store.FindLatestSnapshotAsync(Sample.Id("run-a"), None));
    }

    [Fact]
    public async Task The_first_transition_is_stored_with_the_head()
    {
        var storage = await OpenAsync();
        var transition = new Transition { Number = 1, At = TestStorage.Epoch, To = LifecycleState.Pending, Rule = "created", Evidence = "POST", By = "test" };

        await storage.Store.CreateAsync(Sample.New("run-a") with { Transitions = [transition] }, None);

        Assert.Equal([transition], await storage.Store.ReadTransitionsAsync(Sample.Id("run-a"), 0, 10, None));
    }

    [Fact]
    public async Task The_same_key_and_body_finds_the_first_answer_and_another_body_is_refused()
    {
        var storage = await OpenAsync();
        await storage.CreateAsync("run-a");

        Assert.IsType<CreateRunResult.AlreadyExists>(await storage.Store.CreateAsync(Sample.New("run-a"), None));
        Assert.Equal(
            new CreateRunResult.KeyReused(Sample.Id("run-a")),
            await storage.Store.CreateAsync(Sample.New("run-a", sprite: "other", body: "other body"), None));
        Assert.Null(await storage.Index.FindHolderAsync(SpriteName.Parse("other"), None));
    }

    [Fact]
    public async Task A_run_without_a_key_is_completed_by_its_id()
    {
        var storage = await OpenAsync();

        Assert.IsType<CreateRunResult.Created>(await storage.Store.CreateAsync(Sample.New("run-a", key: null), None));
        Assert.IsType<CreateRunResult.AlreadyExists>(await storage.Store.CreateAsync(Sample.New("run-a", key: null), None));
    }

    [Fact]
    public async Task A_claimed_sprite_is_refused_naming_the_holder_and_leaves_nothing_behind()
    {
        var storage = await OpenAsync();
        await storage.CreateAsync("run-a", "box");

        var result = await storage.Store.CreateAsync(Sample.New("run-b", "box"), None);

        Assert.Equal(new CreateRunResult.SpriteClaimed(Sample.Id("run-a")), result);
        Assert.Equal([Sample.Id("run-a")], (await storage.Index.ListActiveAsync(None)).Select(run => run.RunId));
        Assert.Empty(await storage.RowsAsync(StorageTable.LoopRuns, "run-b"));
    }

    [Fact]
    public async Task A_shared_sprite_takes_any_number_of_runs()
    {
        var storage = await OpenAsync(IsolationPolicies.Shared);

        await storage.CreateAsync("run-a", "box");
        await storage.CreateAsync("run-b", "box");

        Assert.Null(await storage.Index.FindHolderAsync(SpriteName.Parse("box"), None));
    }

    [Fact]
    public async Task Only_a_proven_end_frees_the_sprite()
    {
        var storage = await OpenAsync();
        await storage.CreateAsync("run-a", "box");

        var ended = await storage.EndAsync("run-a", Quiescence.NotProven);
        Assert.IsType<CreateRunResult.SpriteClaimed>(await storage.Store.CreateAsync(Sample.New("run-b", "box"), None));
        var active = Assert.Single(await storage.Index.ListActiveAsync(None));
        Assert.True(active.Ended);
        Assert.Equal(TestStorage.Epoch, active.Since);
        Assert.True(Assert.Single((await storage.Index.ListAsync(new(), null, 10, None)).Items).HoldsSprite);

        await storage.EndAsync("run-a", Quiescence.Proven);
        Assert.Empty(await storage.Index.ListActiveAsync(None));
        Assert.Null(await storage.Index.FindHolderAsync(SpriteName.Parse("box"), None));
        await storage.CreateAsync("run-b", "box");

        // An old head, synchronized late, changes nothing.
        await storage.Index.SynchronizeAsync(ended, None);
        Assert.Equal([Sample.Id("run-b")], (await storage.Index.ListActiveAsync(None)).Select(run => run.RunId));
        Assert.Equal(Sample.Id("run-b"), await storage.Index.FindHolderAsync(SpriteName.Parse("box"), None));
    }

    [Fact]
    public async Task Many_requests_under_one_key_make_one_run()
    {
        var storage = await OpenAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 24).Select(_ => Task.Run(() => storage.Store.CreateAsync(Sample.New("run-a", "box"), None))));

        Assert.Single(results.OfType<CreateRunResult.Created>());
        Assert.Equal(23, results.OfType<CreateRunResult.AlreadyExists>().Count());
        Assert.Single(await storage.Index.ListActiveAsync(None));
        Assert.Equal(Sample.Id("run-a"), await storage.Index.FindHolderAsync(SpriteName.Parse("box"), None));
    }

    [Fact]
    public async Task Many_bodies_under_one_key_make_one_run_and_claim_one_sprite()
    {
        var storage = await OpenAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(at =>
            Task.Run(() => storage.Store.CreateAsync(Sample.New("run-a", $"box-{at}", body: $"body {at}"), None))));

        var head = Assert.Single(results.OfType<CreateRunResult.Created>()).Head;
        Assert.Equal(11, results.OfType<CreateRunResult.KeyReused>().Count());
        var claims = await storage.RowsAsync(StorageTable.Sprites, "sprite");
        Assert.Equal([head.Run.Spec.Sprite.Name.Value], claims.Select(row => row.RowKey));
        Assert.Single(await storage.Index.ListActiveAsync(None));
    }

    [Fact]
    public async Task Many_runs_on_one_sprite_give_one_holder_and_no_trace_of_the_others()
    {
        var storage = await OpenAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 24).Select(at => Task.Run(() => storage.Store.CreateAsync(Sample.New($"run-{at:D2}", "box"), None))));

        var holder = Assert.Single(results.OfType<CreateRunResult.Created>()).Head.Run.Spec.RunId;
        Assert.All(results.OfType<CreateRunResult.SpriteClaimed>(), refused => Assert.Equal(holder, refused.Holder));
        Assert.Equal([holder], (await storage.Index.ListActiveAsync(None)).Select(run => run.RunId));
        Assert.Equal(holder, await storage.Index.FindHolderAsync(SpriteName.Parse("box"), None));
    }

    [Fact]
    public async Task The_sprite_of_a_proven_end_is_taken_even_before_the_index_knows()
    {
        var storage = await OpenAsync();
        var head = await storage.CreateAsync("run-a", "box");
        var ended = head.Run with { Lifecycle = LifecycleStatus.Ended(LifecycleState.Failed, TestStorage.Epoch, "x", Quiescence.Proven, "process") };
        await storage.Store.ApplyAsync(head.Run.Spec.RunId, head.Engine, new ApplyRequest("1-1", 1, new(ended, [], [], true)), None);

        await storage.CreateAsync("run-b", "box");

        await storage.Index.SynchronizeAsync(await storage.HeadAsync("run-a"), None);
        Assert.Equal(Sample.Id("run-b"), await storage.Index.FindHolderAsync(SpriteName.Parse("box"), None));
    }
}

public sealed class CreationInMemoryTests : CreationSuite
{
    internal override Task<TestStorage> OpenAsync(string isolationPolicy = IsolationPolicies.OneRunPerSprite) => Task.FromResult(TestStorage.InMemory(isolationPolicy));
}

public sealed class CreationAzuriteTests : CreationSuite
{
    internal override Task<TestStorage> OpenAsync(string isolationPolicy = IsolationPolicies.OneRunPerSprite) => TestStorage.AzuriteAsync(isolationPolicy);
}
