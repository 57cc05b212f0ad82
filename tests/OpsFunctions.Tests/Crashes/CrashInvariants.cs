using OpsFunctions.Tests.Support;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Index;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Crashes;

/// <summary>What holds at the end of a run, whatever went wrong on the way.</summary>
internal static class CrashInvariants
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static async Task AssertAsync(CrashWorld world, string end)
    {
        AssertEffects(world.Loop);
        if (end == "deleted")
        {
            await AssertDeletedAsync(world);
            return;
        }

        var head = await world.HeadAsync();
        var intents = await world.Storage.Store.ReadIntentsAsync(world.RunId, 0, 1000, None);
        Assert.Equal(end, Describe(head.Run, intents));
        AssertIntents(world, head.Run, intents);
        await AssertTransitionsAsync(world, head.Run);
        await AssertEventsAsync(world, head);
        await AssertRowsAsync(world, head);
        await AssertListedAsync(world, head);
        await AssertEnginesAsync(world, head);
    }

    private static string Describe(LoopRun run, IReadOnlyList<Intent> intents) => string.Join(
        ", ",
        intents.Select(static intent => $"{intent.Verb.Word()} {Word(intent.Status)}")
            .Prepend($"{Word(run.Lifecycle.State)} {run.Lifecycle.Reason}".TrimEnd()));

    private static string Word<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>Every intent that was accepted is there, and ended once.</summary>
    private static void AssertIntents(CrashWorld world, LoopRun run, IReadOnlyList<Intent> intents)
    {
        Assert.Empty(run.Intents);
        Assert.Equal(run.IntentCount, intents.Count);
        Assert.Equal(Numbers(intents.Count), intents.Select(static intent => intent.Number));
        Assert.Equal(world.Asked.Order(StringComparer.Ordinal), intents.Where(static intent => !intent.IsAutomatic).Select(static intent => intent.Id.Value).Order(StringComparer.Ordinal));
        Assert.All(intents, static intent =>
        {
            Assert.Equal(intent.Status, Assert.Single(intent.Steps, static step => step.Status >= IntentStatus.Confirmed).Status);
            Assert.Equal(intent.Steps.Select(static step => step.Status).Order(), intent.Steps.Select(static step => step.Status));
        });
    }

    private static async Task AssertTransitionsAsync(CrashWorld world, LoopRun run)
    {
        var transitions = await world.Storage.Store.ReadTransitionsAsync(world.RunId, 0, 1000, None);
        Assert.Equal(Numbers(run.TransitionCount), transitions.Select(static step => step.Number));
        Assert.Null(transitions[0].From);
        Assert.Equal(run.Lifecycle.State, transitions[^1].To);
        Assert.All(transitions.Zip(transitions.Skip(1)), static pair =>
        {
            Assert.Equal(pair.First.To, pair.Second.From);
            Assert.True(AllowedLifecycleTransitions.Contains(pair.First.To, pair.Second.To), $"{pair.First.To} to {pair.Second.To}");
        });
    }

    /// <summary>Every line of the log is stored, once and in order.</summary>
    private static async Task AssertEventsAsync(CrashWorld world, RunHead head)
    {
        var events = await world.Storage.Store.ReadEventsAsync(world.RunId, 0, 1000, None);
        Assert.Equal(Numbers(world.Lines), events.Select(static stored => stored.Line));
        Assert.Equal(Numbers(world.Lines), events.Select(static stored => stored.Sequence));
        Assert.Equal((world.Lines, world.Lines), (head.StoredThrough, head.Run.Evidence.Through));
    }

    /// <summary>Nothing is stored that the head does not count, and everything that it counts.</summary>
    private static async Task AssertRowsAsync(CrashWorld world, RunHead head)
    {
        var keys = (await RowsAsync(world, StorageTable.LoopRuns)).Where(row => row.PartitionKey == world.RunId.Value).Select(static row => row.RowKey).ToArray();
        AssertNumbered(keys, RowKeys.TransitionPrefix, head.Run.TransitionCount);
        AssertNumbered(keys, RowKeys.SnapshotPrefix, head.SnapshotCount);
        AssertNumbered(keys, RowKeys.EscalationPrefix, head.Run.EscalationCount);
        Assert.Equal(head.Run.IntentCount, keys.Count(static key => key.StartsWith(RowKeys.IntentPrefix, StringComparison.Ordinal)));
        Assert.DoesNotContain(keys, static key => key.StartsWith(RowKeys.RejectedEventPrefix, StringComparison.Ordinal));
        Assert.Contains(RowKeys.Head, keys);
    }

    private static void AssertNumbered(IEnumerable<string> keys, string prefix, long count) =>
        Assert.Equal(Numbers(count).Select(number => RowKeys.Numbered(prefix, number)), keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    /// <summary>The list tells what the head tells; the sprite is free exactly when it is proven that nothing of the run lives.</summary>
    private static async Task AssertListedAsync(CrashWorld world, RunHead head)
    {
        var item = Assert.Single((await world.Storage.Index.ListAsync(new RunFilter(), null, 10, None)).Items);
        Assert.Equal(ListRow.ItemOf(head) with { Revision = item.Revision }, item);
        Assert.True(item.Revision <= head.Revision);
        var proven = head.Run.Lifecycle.Quiescence == Quiescence.Proven;
        Assert.True(proven, "Each of these runs ends with proof.");
        Assert.Null(await world.Storage.Index.FindHolderAsync(CrashWorld.Sprite, None));
        Assert.Empty(await world.Storage.Index.ListActiveAsync(None));
        Assert.Equal([IndexKeys.List], (await RowsAsync(world, StorageTable.LoopRunIndex)).Select(static row => row.PartitionKey));
        Assert.Empty(await RowsAsync(world, StorageTable.Sprites));
    }

    /// <summary>No engine is left, and at most the current one ended by itself.</summary>
    private static async Task AssertEnginesAsync(CrashWorld world, RunHead head)
    {
        for (var generation = 1; generation <= head.Engine.Generation; generation++)
        {
            var engine = await world.EngineAsync(EngineRef.For(world.RunId, generation));
            Assert.True(engine is null or { IsCompleted: true }, $"engine {generation} is {engine?.RuntimeStatus}");
        }

        Assert.Null(await world.EngineAsync(EngineRef.For(world.RunId, head.Engine.Generation + 1)));
    }

    /// <summary>Of a run that was deleted its id is remembered, so that it is never used again; nothing else.</summary>
    private static async Task AssertDeletedAsync(CrashWorld world)
    {
        var left = new List<string>();
        foreach (var table in new[] { StorageTable.LoopRuns, StorageTable.LoopRunIndex, StorageTable.Sprites })
        {
            left.AddRange((await RowsAsync(world, table)).Select(static row => $"{row.PartitionKey}/{row.RowKey}"));
        }

        left.AddRange((await world.Rows.ListBlobsAsync(string.Empty, null, 100, None)).Blobs.Where(blob => blob.Name.Contains(world.RunId.Value, StringComparison.Ordinal)).Select(static blob => blob.Name));
        Assert.Equal([$"{world.RunId}/{RowKeys.Creation}"], left);
        Assert.Null(await world.EngineAsync(EngineRef.For(world.RunId, 1)));
    }

    /// <summary>Nothing was carried out twice, and no call came after a later one.</summary>
    private static void AssertEffects(LoopOnSprite loop)
    {
        Assert.Equal(loop.Effects.Distinct(), loop.Effects);
        Assert.Equal(loop.Orders.Order(), loop.Orders);
    }

    private static async Task<List<TableRow>> RowsAsync(CrashWorld world, StorageTable table)
    {
        var rows = new List<TableRow>();
        await foreach (var row in world.Rows.QueryAsync(table, new RowQuery(), None))
        {
            rows.Add(row);
        }

        return rows;
    }

    private static IEnumerable<long> Numbers(long count) => Enumerable.Range(1, (int)count).Select(static number => (long)number);
}
