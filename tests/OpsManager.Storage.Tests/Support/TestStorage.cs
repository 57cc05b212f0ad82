using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Microsoft.Extensions.Time.Testing;
using OpsManager.Storage.Configuration;
using OpsManager.Storage.Documents;
using OpsManager.Storage.Escalations;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Index;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Notifications;
using OpsManager.Storage.Purging;
using OpsManager.Storage.Runs;
using OpsManager.Testing.Azurite;

namespace OpsManager.Storage.Tests.Support;

/// <summary>An empty storage with a clock that a test moves.</summary>
internal sealed record TestStorage(
    IRunStore Store, IRunIndex Index, IEscalationStore Escalations, INotificationStore Notifications, IStorageGateway Rows, FakeTimeProvider Time)
{
    public required IRunPurge Purge { get; init; }

    public static readonly DateTimeOffset Epoch = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static TestStorage InMemory(string isolationPolicy = IsolationPolicies.OneRunPerSprite) => Over(new InMemoryStorageGateway(), isolationPolicy);

    public static async Task<TestStorage> AzuriteAsync(string isolationPolicy = IsolationPolicies.OneRunPerSprite)
    {
        var azurite = await AzuriteFixture.SharedAsync();
        return Over(
            new AzureStorageGateway(
                new TableServiceClient(azurite.ConnectionString),
                new BlobServiceClient(azurite.ConnectionString),
                "t" + Guid.NewGuid().ToString("N")[..15]),
            isolationPolicy);
    }

    public static TestStorage Over(IStorageGateway rows, string isolationPolicy = IsolationPolicies.OneRunPerSprite)
    {
        var time = new FakeTimeProvider(Epoch);
        var storage = RunStorage.Over(rows, time, isolationPolicy);
        return new TestStorage(storage.Store, storage.Index, storage.Escalations, storage.Notifications, rows, time) { Purge = storage.Purge };
    }

    public async Task<RunHead> HeadAsync(string runId) =>
        await Store.FindAsync(Sample.Id(runId), CancellationToken.None) ?? throw new InvalidOperationException($"There is no run {runId}.");

    public async Task<RunHead> CreateAsync(string runId, string? sprite = null) =>
        Assert.IsType<CreateRunResult.Created>(await Store.CreateAsync(Sample.New(runId, sprite), CancellationToken.None)).Head;

    public async Task<List<TableRow>> RowsAsync(StorageTable table, string partitionKey)
    {
        var rows = new List<TableRow>();
        await foreach (var row in Rows.QueryAsync(table, new RowQuery { PartitionKey = partitionKey }, CancellationToken.None))
        {
            rows.Add(row);
        }

        return rows;
    }

    /// <summary>Makes a document look as if a newer version had written it; a row that was not there has nothing else.</summary>
    public async Task MakeUnreadableAsync(StorageTable table, string partitionKey, string rowKey)
    {
        var newer = RowWrite.Merge(rowKey, RowProperties.Plain("newer", (DocumentFormat<RunHead>.VersionProperty, 99)));
        Assert.Equal(WriteStatus.Written, (await Rows.WriteAsync(table, partitionKey, [newer], CancellationToken.None)).Status);
    }

    /// <summary>Ends a run by a decision of its engine and brings the index up to it.</summary>
    public async Task<RunHead> EndAsync(string runId, Core.Lifecycle.Quiescence quiescence)
    {
        var head = await HeadAsync(runId);
        var ended = head.Run with
        {
            Lifecycle = Core.Lifecycle.LifecycleStatus.Ended(Core.Lifecycle.LifecycleState.Completed, Epoch, "goal", quiescence, "process"),
        };
        var result = await Store.ApplyAsync(
            head.Run.Spec.RunId,
            head.Engine,
            new ApplyRequest($"end-{head.Revision}", head.Revision, new Core.Decisions.Decision(ended, [], [], true)),
            CancellationToken.None);
        var written = Assert.IsType<WriteResult.Written>(result).Head;
        await Index.SynchronizeAsync(written, CancellationToken.None);
        return written;
    }
}
