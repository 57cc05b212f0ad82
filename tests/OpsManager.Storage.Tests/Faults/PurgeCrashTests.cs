using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Index;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Purging;
using OpsManager.Storage.Runs;
using OpsManager.Storage.Tests.Suites;
using OpsManager.Storage.Tests.Support;

namespace OpsManager.Storage.Tests.Faults;

/// <summary>
/// A deletion with every kind of fault at every one of its writes, from the order to the last row. Whoever gave the order may be gone
/// after the first fault; ticks go on with what they find.
/// </summary>
public sealed class PurgeCrashTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly RunId Run = Sample.Id("run-a");

    [Theory]
    [InlineData(WriteFault.CrashBefore, Quiescence.Proven)]
    [InlineData(WriteFault.CrashAfter, Quiescence.Proven)]
    [InlineData(WriteFault.Unavailable, Quiescence.Proven)]
    [InlineData(WriteFault.AnswerLost, Quiescence.Proven)]
    [InlineData(WriteFault.CrashBefore, Quiescence.NotProven)]
    [InlineData(WriteFault.CrashAfter, Quiescence.NotProven)]
    public async Task A_fault_at_any_write_is_made_good_by_later_ticks(WriteFault fault, Quiescence quiescence)
    {
        var (writes, _) = await PlayAsync(quiescence, new WriteFaults(), repeatsOrder: true);
        Assert.InRange(writes, 8, 40);
        for (var nth = 1; nth <= writes; nth++)
        {
            var faults = new WriteFaults();
            faults.Plan(nth, fault);
            var (_, left) = await PlayAsync(quiescence, faults, repeatsOrder: true);
            Assert.True(left == "run-a/creation", $"{fault} at write {nth} of {writes} leaves {left}");
        }
    }

    [Theory]
    [InlineData(WriteFault.CrashBefore)]
    [InlineData(WriteFault.CrashAfter)]
    public async Task An_order_that_nobody_repeats_is_carried_out_or_leaves_the_run_whole(WriteFault fault)
    {
        var outcomes = new List<string>();
        for (var nth = 1; nth <= 3; nth++)
        {
            var faults = new WriteFaults();
            faults.Plan(nth, fault);
            var (_, left) = await PlayAsync(Quiescence.Proven, faults, repeatsOrder: false);
            Assert.True(left == "run-a/creation" || (left.Contains("run-a/head", StringComparison.Ordinal) && left.Contains("list/", StringComparison.Ordinal)), left);
            Assert.DoesNotContain("purging/", left, StringComparison.Ordinal);
            outcomes.Add(left == "run-a/creation" ? "deleted" : "whole");
        }

        // The first write announces the order, the second is the order.
        Assert.Equal(fault == WriteFault.CrashBefore ? ["whole", "whole", "deleted"] : ["whole", "deleted", "deleted"], outcomes);
    }

    [Fact]
    public async Task Reapers_at_the_same_time_do_not_disturb_each_other()
    {
        for (var round = 0; round < 20; round++)
        {
            var rows = new InMemoryStorageGateway();
            var storage = TestStorage.Over(rows);
            await PurgeSuite.EndedAsync(storage, "run-a");
            await storage.Purge.MarkAsync(Run, PurgeSuite.Order(), None);

            for (var tick = 0; tick < 8; tick++)
            {
                await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => storage.Purge.RemoveAsync(Run, 1000, None))));
                storage.Time.Advance(TimeSpan.FromMinutes(1));
            }

            Assert.Equal("run-a/creation", await DescribeAsync(rows));
        }
    }

    private static async Task<(long Writes, string Left)> PlayAsync(Quiescence quiescence, WriteFaults faults, bool repeatsOrder)
    {
        var rows = new InMemoryStorageGateway();
        await PurgeSuite.EndedAsync(TestStorage.Over(rows), "run-a", quiescence);
        var storage = TestStorage.Over(new FaultyStorageGateway(rows, faults));
        for (var order = 0; order < (repeatsOrder ? 3 : 1); order++)
        {
            if (await SurviveAsync(() => storage.Purge.MarkAsync(Run, PurgeSuite.Order() with { ReleaseClaim = true }, None)))
            {
                break;
            }
        }

        for (var tick = 0; tick < 20; tick++)
        {
            foreach (var run in await storage.Purge.ListAsync(null, 10, None))
            {
                await SurviveAsync(() => storage.Purge.RemoveAsync(run.RunId, 1000, None));
            }

            storage.Time.Advance(TimeSpan.FromMinutes(1));
        }

        return (faults.Writes, await DescribeAsync(rows));
    }

    private static async Task<bool> SurviveAsync<T>(Func<Task<T>> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (Exception error) when (error is SimulatedCrashException or StorageUnavailableException)
        {
            // The next round is the process after its restart.
            return false;
        }
    }

    private static async Task<string> DescribeAsync(InMemoryStorageGateway rows)
    {
        var left = new List<string>();

        // What is to be told of a run outlives it until it is told; the dispatcher removes it.
        foreach (var table in Enum.GetValues<StorageTable>().Where(static table => table != StorageTable.Notifications))
        {
            await foreach (var row in rows.QueryAsync(table, new RowQuery(), None))
            {
                left.Add($"{row.PartitionKey}/{row.RowKey}");
            }
        }

        left.AddRange((await rows.ListBlobsAsync(string.Empty, null, 100, None)).Blobs.Select(blob => blob.Name));
        return string.Join(' ', left);
    }
}
