using OpsManager.Core.Runs;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Index;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Runs;
using OpsManager.Storage.Tests.Support;

namespace OpsManager.Storage.Tests.Faults;

/// <summary>Creations that stand still at the worst moment while others go on.</summary>
public sealed class CreationRaceTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>Stops a creation before its n-th write for longer than an orphan may live, and lets another take its sprite.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    public async Task A_creation_that_slept_never_shares_its_sprite(int nth, bool removed)
    {
        var rows = new InMemoryStorageGateway();
        var paused = new PausingGateway(rows, nth);
        var slow = TestStorage.Over(paused);
        var quick = TestStorage.Over(rows);
        var creation = slow.Store.CreateAsync(Sample.New("run-a", "box"), None);
        await paused.Reached;

        quick.Time.Advance(TimeSpan.FromMinutes(6));
        slow.Time.Advance(TimeSpan.FromMinutes(6));
        if (removed)
        {
            await quick.Index.RemoveOrphansAsync(quick.Time.GetUtcNow(), None);
        }

        var other = await quick.Store.CreateAsync(Sample.New("run-b", "box"), None);
        paused.Resume();
        var first = await creation;

        var holder = await quick.Index.FindHolderAsync(SpriteName.Parse("box"), None);
        var created = new[] { first, other }.OfType<CreateRunResult.Created>().Select(result => result.Head.Run.Spec.RunId).ToArray();
        Assert.Equal([holder!.Value], created);
        Assert.Equal(created, (await quick.Index.ListActiveAsync(None)).Select(run => run.RunId));
    }

    [Fact]
    public async Task Orphan_removal_beside_creations_never_takes_from_a_run_what_is_its_own()
    {
        for (var round = 0; round < 30; round++)
        {
            var storage = TestStorage.InMemory();
            for (var at = 0; at < 4; at++)
            {
                await LeaveBehindAsync(storage, $"run-{at}", $"box-{at}");
            }

            storage.Time.Advance(TimeSpan.FromMinutes(10));
            var creations = Enumerable.Range(0, 12).Select(at => Task.Run(() => storage.Store.CreateAsync(Sample.New($"run-{at % 4}", $"box-{at % 4}"), None)));
            var removals = Enumerable.Range(0, 4).Select(_ => Task.Run(() => storage.Index.RemoveOrphansAsync(storage.Time.GetUtcNow(), None)));
            await Task.WhenAll(creations.Cast<Task>().Concat(removals));

            Assert.Equal(["run-0", "run-1", "run-2", "run-3"], (await storage.Index.ListActiveAsync(None)).Select(run => run.RunId.Value));
            for (var at = 0; at < 4; at++)
            {
                Assert.Equal(Sample.Id($"run-{at}"), await storage.Index.FindHolderAsync(SpriteName.Parse($"box-{at}"), None));
            }
        }
    }

    [Fact]
    public async Task A_run_that_was_deleted_is_not_created_again()
    {
        var storage = TestStorage.InMemory();
        var head = await storage.CreateAsync("run-a");
        await storage.Rows.WriteAsync(StorageTable.LoopRuns, "run-a", [RowWrite.Delete(RowKeys.Head, head.StoreTag)], None);

        Assert.IsType<CreateRunResult.KeyReused>(await storage.Store.CreateAsync(Sample.New("run-a"), None));
    }

    /// <summary>Stops the removal of a dead creation's rows before its n-th write, while the same request comes again and succeeds.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_removal_that_slept_takes_nothing_from_a_run_created_meanwhile(int nth)
    {
        var rows = new InMemoryStorageGateway();
        var quick = TestStorage.Over(rows);
        await LeaveBehindAsync(quick, "run-a", "box");
        quick.Time.Advance(TimeSpan.FromMinutes(10));
        var paused = new PausingGateway(rows, nth);
        var removal = TestStorage.Over(paused).Index.RemoveOrphansAsync(quick.Time.GetUtcNow(), None);
        await paused.Reached;

        Assert.IsType<CreateRunResult.Created>(await quick.Store.CreateAsync(Sample.New("run-a", "box"), None));
        paused.Resume();
        await removal;

        Assert.Equal(Sample.Id("run-a"), await quick.Index.FindHolderAsync(SpriteName.Parse("box"), None));
        Assert.Equal(["run-a"], (await quick.Index.ListActiveAsync(None)).Select(run => run.RunId.Value));
    }

    [Fact]
    public async Task A_removal_of_claims_alone_takes_nothing_from_a_run_created_meanwhile()
    {
        var rows = new InMemoryStorageGateway();
        var quick = TestStorage.Over(rows);
        await LeaveBehindAsync(quick, "run-a", "box");
        var row = Assert.Single(await quick.RowsAsync(StorageTable.LoopRunIndex, IndexKeys.Active));
        await rows.WriteAsync(StorageTable.LoopRunIndex, IndexKeys.Active, [RowWrite.Delete(row.RowKey, row.ETag)], None);
        quick.Time.Advance(TimeSpan.FromMinutes(10));

        // Before its second write it has given the creation up and is about to delete the claim.
        var paused = new PausingGateway(rows, 2);
        var removal = TestStorage.Over(paused).Index.RemoveOrphansAsync(quick.Time.GetUtcNow(), None);
        await paused.Reached;
        Assert.IsType<CreateRunResult.Created>(await quick.Store.CreateAsync(Sample.New("run-a", "box"), None));
        paused.Resume();

        Assert.Equal(0, await removal);
        Assert.Equal(Sample.Id("run-a"), await quick.Index.FindHolderAsync(SpriteName.Parse("box"), None));
    }

    [Fact]
    public async Task A_refused_request_that_slept_leaves_the_active_row_of_the_one_that_succeeded()
    {
        var rows = new InMemoryStorageGateway();
        var quick = TestStorage.Over(rows);
        await quick.CreateAsync("run-a", "box");
        var paused = new PausingGateway(rows, 2);
        var refused = TestStorage.Over(paused).Store.CreateAsync(Sample.New("run-b", "box"), None);
        await paused.Reached;

        // It was refused and is about to remove its active row. Meanwhile the sprite comes free and the same request comes again.
        await quick.EndAsync("run-a", OpsManager.Core.Lifecycle.Quiescence.Proven);
        Assert.IsType<CreateRunResult.Created>(await quick.Store.CreateAsync(Sample.New("run-b", "box"), None));
        paused.Resume();

        Assert.IsType<CreateRunResult.AlreadyExists>(await refused);
        Assert.Equal(["run-b"], (await quick.Index.ListActiveAsync(None)).Select(run => run.RunId.Value));
        Assert.Equal(Sample.Id("run-b"), await quick.Index.FindHolderAsync(SpriteName.Parse("box"), None));
    }

    [Fact]
    public async Task The_slower_of_two_bodies_under_one_key_gives_its_sprite_back()
    {
        var rows = new InMemoryStorageGateway();
        var quick = TestStorage.Over(rows);
        var paused = new PausingGateway(rows, 3);
        var slower = TestStorage.Over(paused).Store.CreateAsync(Sample.New("run-a", "box-1", body: "one"), None);
        await paused.Reached;
        Assert.IsType<CreateRunResult.Created>(await quick.Store.CreateAsync(Sample.New("run-a", "box-2", body: "two"), None));
        paused.Resume();

        Assert.IsType<CreateRunResult.KeyReused>(await slower);
        Assert.Null(await quick.Index.FindHolderAsync(SpriteName.Parse("box-1"), None));
        Assert.Equal(Sample.Id("run-a"), await quick.Index.FindHolderAsync(SpriteName.Parse("box-2"), None));
    }

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

    /// <summary>Holds the n-th write until told to go on.</summary>
    private sealed class PausingGateway(IStorageGateway inner, int nth) : IStorageGateway
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _resume = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _writes;

        public Task Reached => _reached.Task.WaitAsync(TimeSpan.FromSeconds(20));

        public void Resume() => _resume.SetResult();

        public Task<TableRow?> FindAsync(StorageTable table, string partitionKey, string rowKey, CancellationToken cancellationToken) =>
            inner.FindAsync(table, partitionKey, rowKey, cancellationToken);

        public IAsyncEnumerable<TableRow> QueryAsync(StorageTable table, RowQuery query, CancellationToken cancellationToken) =>
            inner.QueryAsync(table, query, cancellationToken);

        public async Task<WriteOutcome> WriteAsync(StorageTable table, string partitionKey, IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _writes) == nth)
            {
                _reached.SetResult();
                await _resume.Task;
            }

            return await inner.WriteAsync(table, partitionKey, writes, cancellationToken);
        }

        public Task PutBlobAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => inner.PutBlobAsync(name, content, cancellationToken);

        public Task<byte[]?> FindBlobAsync(string name, CancellationToken cancellationToken) => inner.FindBlobAsync(name, cancellationToken);

        public Task<BlobPage> ListBlobsAsync(string prefix, string? continuation, int limit, CancellationToken cancellationToken) =>
            inner.ListBlobsAsync(prefix, continuation, limit, cancellationToken);

        public Task<bool> DeleteBlobAsync(string name, string etag, CancellationToken cancellationToken) => inner.DeleteBlobAsync(name, etag, cancellationToken);
    }
}
