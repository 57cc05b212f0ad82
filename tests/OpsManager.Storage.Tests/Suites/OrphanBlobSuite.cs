using OpsManager.Storage.Gateway;
using OpsManager.Storage.Tests.Support;

namespace OpsManager.Storage.Tests.Suites;

/// <summary>The removal of blobs that no row names, on any storage.</summary>
public abstract class OrphanBlobSuite
{
    internal abstract Task<TestStorage> OpenAsync();

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly DateTimeOffset Later = DateTimeOffset.MaxValue.AddDays(-1);

    [Fact]
    public async Task A_blob_without_a_row_is_removed_and_one_with_a_row_is_kept()
    {
        var storage = await OpenAsync();
        await PurgeSuite.EndedAsync(storage, "run-a");
        var kept = Assert.Single((await storage.Rows.ListBlobsAsync(string.Empty, null, 10, None)).Blobs).Name;
        var lost = "run-a/event-00000000000000000200-" + new string('a', 64);
        var replaced = kept[..^64] + new string('b', 64);
        await storage.Rows.PutBlobAsync(lost, new byte[] { 1 }, None);
        await storage.Rows.PutBlobAsync(replaced, new byte[] { 1 }, None);

        var result = await storage.Purge.RemoveOrphanBlobsAsync(Later, null, 100, None);

        Assert.Equal((3, 2, (string?)null), (result.Scanned, result.Removed, result.Continuation));
        Assert.Equal([kept], (await storage.Rows.ListBlobsAsync(string.Empty, null, 10, None)).Blobs.Select(blob => blob.Name));
        Assert.Equal(101, (await storage.Store.ReadEventsAsync(Sample.Id("run-a"), 0, 1000, None)).Count);
    }

    [Fact]
    public async Task A_blob_that_is_new_or_named_by_somebody_else_is_left_alone()
    {
        var storage = await OpenAsync();
        var fresh = "run-a/event-00000000000000000001-" + new string('a', 64);
        await storage.Rows.PutBlobAsync(fresh, new byte[] { 1 }, None);
        await storage.Rows.PutBlobAsync("notes.txt", new byte[] { 1 }, None);
        await storage.Rows.PutBlobAsync("notes/of/somebody", new byte[] { 1 }, None);
        var writtenAt = (await storage.Rows.ListBlobsAsync(fresh, null, 1, None)).Blobs[0].WrittenAt;

        Assert.Equal(0, (await storage.Purge.RemoveOrphanBlobsAsync(writtenAt, null, 100, None)).Removed);
        Assert.Equal(1, (await storage.Purge.RemoveOrphanBlobsAsync(writtenAt.AddSeconds(1), null, 100, None)).Removed);
        Assert.Equal(["notes.txt", "notes/of/somebody"], (await storage.Rows.ListBlobsAsync(string.Empty, null, 10, None)).Blobs.Select(blob => blob.Name));
    }

    [Fact]
    public async Task A_blob_written_anew_after_it_was_judged_is_kept()
    {
        var storage = await OpenAsync();
        var name = "run-a/event-00000000000000000001-" + new string('a', 64);
        await storage.Rows.PutBlobAsync(name, new byte[] { 1 }, None);
        var judged = (await storage.Rows.ListBlobsAsync(name, null, 1, None)).Blobs[0];
        await storage.Rows.PutBlobAsync(name, new byte[] { 1 }, None);

        Assert.False(await storage.Rows.DeleteBlobAsync(name, judged.ETag, None));
        Assert.NotNull(await storage.Rows.FindBlobAsync(name, None));
        Assert.True(await storage.Rows.DeleteBlobAsync(name, RowWrite.AnyTag, None));
        Assert.True(await storage.Rows.DeleteBlobAsync(name, RowWrite.AnyTag, None));
    }

    [Fact]
    public async Task Each_step_looks_at_a_bounded_number()
    {
        var storage = await OpenAsync();
        for (var at = 1; at <= 5; at++)
        {
            await storage.Rows.PutBlobAsync($"run-a/event-{at:D20}-" + new string('a', 64), new byte[] { 1 }, None);
        }

        var removed = new List<int>();
        string? continuation = null;
        do
        {
            var part = await storage.Purge.RemoveOrphanBlobsAsync(Later, continuation, 2, None);
            removed.Add(part.Removed);
            continuation = part.Continuation;
        }
        while (continuation is not null);

        Assert.Equal([2, 2, 1], removed);
    }
}

public sealed class OrphanBlobInMemoryTests : OrphanBlobSuite
{
    internal override Task<TestStorage> OpenAsync() => Task.FromResult(TestStorage.InMemory());
}

public sealed class OrphanBlobAzuriteTests : OrphanBlobSuite
{
    internal override Task<TestStorage> OpenAsync() => TestStorage.AzuriteAsync();
}
