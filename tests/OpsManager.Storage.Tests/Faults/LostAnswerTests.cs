using OpsManager.Core.Lifecycle;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Runs;
using OpsManager.Storage.Tests.Support;

namespace OpsManager.Storage.Tests.Faults;

/// <summary>Writes whose outcome is unknown are settled by what is stored, within the same call.</summary>
public sealed class LostAnswerTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData(WriteFault.AnswerLost)]
    [InlineData(WriteFault.Unavailable)]
    public async Task One_missing_answer_is_not_noticed_by_the_caller(WriteFault fault)
    {
        var storage = InMemoryRunStorage.Create();
        var id = Sample.Id("run-a");
        for (var nth = 1; nth <= 3; nth++)
        {
            storage.Faults.Plan(nth, WriteFault.AnswerLost);
        }

        var head = Assert.IsType<CreateRunResult.Created>(await storage.Store.CreateAsync(Sample.New("run-a"), None)).Head;

        storage.Faults.Plan(1, fault);
        head = Assert.IsType<WriteResult.Written>(await storage.Store.AppendEventsAsync(head, head.Engine, Sample.Events(1, 3), Sample.Log(3), None)).Head;
        storage.Faults.Plan(1, fault);
        head = Assert.IsType<WriteResult.Written>(await storage.Store.RecordPollAsync(head, head.Engine, Sample.Poll(head, 1), None)).Head;
        storage.Faults.Plan(1, fault);
        head = Assert.IsType<WriteResult.Written>(
            await storage.Store.ApplyAsync(id, head.Engine, new ApplyRequest("1-1", head.Revision, Sample.Decision(head, LifecycleState.Running)), None)).Head;
        storage.Faults.Plan(1, fault);
        head = Assert.IsType<WriteResult.Written>(await storage.Store.ReplaceEngineAsync(head, EngineRef.For(id, 2), null, None)).Head;

        Assert.Equal(await storage.Store.FindAsync(id, None), head);
        Assert.Equal((3, 3L), (head.Revision, head.StoredThrough));
    }

    [Fact]
    public async Task Storage_that_stays_away_is_reported_and_nothing_is_written()
    {
        var storage = InMemoryRunStorage.Create();
        var head = Assert.IsType<CreateRunResult.Created>(await storage.Store.CreateAsync(Sample.New("run-a"), None)).Head;
        storage.Faults.Plan(1, WriteFault.Unavailable);
        storage.Faults.Plan(2, WriteFault.Unavailable);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => storage.Store.RecordPollAsync(head, head.Engine, Sample.Poll(head, 1), None));

        Assert.Equal(head, await storage.Store.FindAsync(head.Run.Spec.RunId, None));
    }

    [Fact]
    public async Task Faults_happen_once_each_and_can_be_forgotten()
    {
        var storage = InMemoryRunStorage.Create();
        storage.Faults.Plan(1, WriteFault.CrashBefore);
        await Assert.ThrowsAsync<SimulatedCrashException>(() => storage.Store.CreateAsync(Sample.New("run-a"), None));
        storage.Faults.Plan(2, WriteFault.CrashAfter);
        storage.Faults.Clear();

        Assert.IsType<CreateRunResult.Created>(await storage.Store.CreateAsync(Sample.New("run-a"), None));
        Assert.Throws<ArgumentOutOfRangeException>(() => storage.Faults.Plan(0, WriteFault.CrashBefore));
        Assert.True(storage.Faults.Writes > 4);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_write_that_was_overwritten_before_it_could_be_looked_up_is_still_found(bool unanswered)
    {
        var rows = new InMemoryStorageGateway();
        var storage = TestStorage.Over(rows);
        var head = await storage.CreateAsync("run-a");
        var overtaken = TestStorage.Over(new OvertakenGateway(rows, unanswered, async () =>
        {
            var now = await storage.HeadAsync("run-a");
            await storage.Store.AppendEventsAsync(now, now.Engine, [], now.Log with { Identity = "overtaken" }, None);
        }));

        var result = await overtaken.Store.AppendEventsAsync(head, head.Engine, Sample.Events(1, 3), Sample.Log(3), None);

        Assert.Equal("overtaken", Assert.IsType<WriteResult.Written>(result).Head.Log.Identity);
        Assert.Equal((2L, 3L), ((await storage.HeadAsync("run-a")).Revision, (await storage.HeadAsync("run-a")).StoredThrough));
    }

    /// <summary>The first write happens, somebody else writes at once, and its answer is lost or belongs to a repetition that was refused.</summary>
    private sealed class OvertakenGateway(IStorageGateway inner, bool unanswered, Func<Task> overtake) : IStorageGateway
    {
        private bool _done;

        public Task<TableRow?> FindAsync(StorageTable table, string partitionKey, string rowKey, CancellationToken cancellationToken) =>
            inner.FindAsync(table, partitionKey, rowKey, cancellationToken);

        public IAsyncEnumerable<TableRow> QueryAsync(StorageTable table, RowQuery query, CancellationToken cancellationToken) =>
            inner.QueryAsync(table, query, cancellationToken);

        public async Task<WriteOutcome> WriteAsync(StorageTable table, string partitionKey, IReadOnlyList<RowWrite> writes, CancellationToken cancellationToken)
        {
            var outcome = await inner.WriteAsync(table, partitionKey, writes, cancellationToken);
            if (_done)
            {
                return outcome;
            }

            _done = true;
            await overtake();
            return unanswered ? throw new StorageUnavailableException() : WriteOutcome.Refused(WriteStatus.Changed);
        }

        public Task PutBlobAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) => inner.PutBlobAsync(name, content, cancellationToken);

        public Task<byte[]?> FindBlobAsync(string name, CancellationToken cancellationToken) => inner.FindBlobAsync(name, cancellationToken);

        public Task<BlobPage> ListBlobsAsync(string prefix, string? continuation, int limit, CancellationToken cancellationToken) =>
            inner.ListBlobsAsync(prefix, continuation, limit, cancellationToken);

        public Task<bool> DeleteBlobAsync(string name, string etag, CancellationToken cancellationToken) => inner.DeleteBlobAsync(name, etag, cancellationToken);
    }
}
