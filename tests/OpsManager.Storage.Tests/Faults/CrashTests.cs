using OpsManager.Core.Decisions;
using OpsManager.Core.Escalations;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Configuration;
using OpsManager.Storage.Escalations;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Index;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Runs;
using OpsManager.Storage.Tests.Support;

namespace OpsManager.Storage.Tests.Faults;

/// <summary>
/// Everything the storage does, with every kind of fault at every one of its writes. The scenario is repeated as its caller would: the
/// process starts again, reads, and goes on. What is stored at the end must be what is stored without any fault.
/// </summary>
public sealed class CrashTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    public static TheoryData<string, WriteFault> Cases()
    {
        var cases = new TheoryData<string, WriteFault>();
        foreach (var scenario in Scenarios.Keys)
        {
            foreach (var fault in Enum.GetValues<WriteFault>())
            {
                cases.Add(scenario, fault);
            }
        }

        return cases;
    }

    private static readonly Dictionary<string, Func<TestStorage, Task>> Scenarios = new(StringComparer.Ordinal)
    {
        ["create"] = CreateAsync,
        ["append"] = AppendAsync,
        ["poll"] = PollAsync,
        ["apply"] = ApplyAsync,
        ["acknowledge"] = AcknowledgeAsync,
        ["replace engine"] = ReplaceEngineAsync,
        ["end"] = EndAsync,
        ["end without proof"] = EndWithoutProofAsync,
        ["refused sprite"] = RefusedAsync,
        ["take over an orphan"] = TakeOverAsync,
        ["remove orphans"] = RemoveOrphansAsync,
        ["rebuild"] = RebuildAsync,
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_fault_at_any_write_leaves_what_no_fault_leaves(string scenario, WriteFault fault)
    {
        var expected = await RunAsync(scenario, new WriteFaults());
        Assert.True(expected.Writes > 0);

        for (var nth = 1; nth <= expected.Writes; nth++)
        {
            var faults = new WriteFaults();
            faults.Plan(nth, fault);
            var actual = await RunAsync(scenario, faults);
            Assert.True(expected.State == actual.State, $"{fault} at write {nth} of {expected.Writes}:\nexpected\n{expected.State}\nactual\n{actual.State}");
        }
    }

    /// <summary>The watchdog looks at active rows only: as long as one write of the end is missing, there must be one.</summary>
    [Fact]
    public async Task An_end_interrupted_anywhere_is_completed_from_the_active_rows()
    {
        for (var nth = 1; nth <= 4; nth++)
        {
            var rows = new InMemoryStorageGateway();
            var faults = new WriteFaults();
            var storage = TestStorage.Over(new FaultyStorageGateway(rows, faults));
            await storage.CreateAsync("run-a", "box");
            faults.Plan(nth, WriteFault.CrashAfter);
            await Assert.ThrowsAsync<SimulatedCrashException>(() => storage.EndAsync("run-a", Quiescence.Proven));

            foreach (var run in await storage.Index.ListActiveAsync(None))
            {
                await storage.Index.SynchronizeAsync(await storage.HeadAsync(run.RunId.Value), None);
            }

            Assert.Null(await storage.Index.FindHolderAsync(SpriteName.Parse("box"), None));
            Assert.Empty(await storage.Index.ListActiveAsync(None));
            Assert.Equal(LifecycleState.Completed, Assert.Single((await storage.Index.ListAsync(new(), null, 10, None)).Items).State);
        }
    }

    private static async Task<(string State, long Writes)> RunAsync(string scenario, WriteFaults faults)
    {
        var rows = new InMemoryStorageGateway();
        await PrepareAsync(TestStorage.Over(rows));
        var storage = TestStorage.Over(new FaultyStorageGateway(rows, faults));
        storage.Time.Advance(TimeSpan.FromMinutes(10));
        for (var restart = 0; ; restart++)
        {
            try
            {
                await Scenarios[scenario](storage);
                break;
            }
            catch (Exception error) when (error is SimulatedCrashException or StorageUnavailableException && restart < 2)
            {
                // The next round is the process after its restart.
            }
        }

        return (await DescribeAsync(TestStorage.Over(rows)), faults.Writes);
    }

    private static async Task PrepareAsync(TestStorage storage)
    {
        var head = await storage.CreateAsync("run-a", "box");
        head = Written(await storage.Store.AppendEventsAsync(head, head.Engine, Sample.Events(1, 3), Sample.Log(3), None));
        var request = new ApplyRequest("0-0", head.Revision, Sample.Decision(head, LifecycleState.Starting, new Effect.RaiseEscalation(1, "early", EscalationSeverity.Info, "x")));
        await storage.Index.SynchronizeAsync(Written(await storage.Store.ApplyAsync(head.Run.Spec.RunId, head.Engine, request, None)), None);

        // The remains of a creation whose process died.
        await storage.Rows.WriteAsync(
            StorageTable.LoopRunIndex,
            IndexKeys.Active,
            [RowWrite.Insert("run-dead", RowProperties.Plain("w", (RowProperties.Since, TestStorage.Epoch), (RowProperties.Sprite, "orphaned")))],
            None);
        await storage.Rows.WriteAsync(
            StorageTable.Sprites,
            IndexKeys.Claims,
            [RowWrite.Insert("orphaned", RowProperties.Plain("w", (RowProperties.Holder, "run-dead"), (RowProperties.Since, TestStorage.Epoch)))],
            None);
    }

    private static async Task CreateAsync(TestStorage storage)
    {
        var result = await storage.Store.CreateAsync(Sample.New("run-b", "second"), None);
        Assert.True(result is CreateRunResult.Created or CreateRunResult.AlreadyExists, result.ToString());
    }

    private static async Task AppendAsync(TestStorage storage)
    {
        var head = await storage.HeadAsync("run-a");
        List<StoredEvent> events = [.. Sample.Events(4, 200), Sample.Incompressible(204, 1024 * 1024)];
        var result = await storage.Store.AppendEventsAsync(head, head.Engine, events, Sample.Log(204), None);
        Assert.True(result is WriteResult.Written or WriteResult.Repeated, result.ToString());
    }

    private static async Task PollAsync(TestStorage storage)
    {
        foreach (var (cycle, content) in new[] { (1, "a"), (2, "a"), (3, "b") })
        {
            var head = await storage.HeadAsync("run-a");
            if (head.Poll.Cycle < cycle)
            {
                var large = new NewSnapshot(TestStorage.Epoch, content, Sample.RandomBytes(cycle, 1024 * 1024));
                Written(await storage.Store.RecordPollAsync(head, head.Engine, Sample.Poll(head, cycle, large), None));
            }
        }
    }

    private static async Task ApplyAsync(TestStorage storage)
    {
        foreach (var (operation, to, effect) in new (string, LifecycleState, Effect)[]
        {
            ("1-1", LifecycleState.Running, new Effect.RaiseEscalation(2, "stuck", EscalationSeverity.Warning, "y")),
            ("1-2", LifecycleState.Pausing, new Effect.ResolveEscalation(2, "stuck")),
        })
        {
            var head = await storage.HeadAsync("run-a");
            if (head.Run.Lifecycle.State < to || head.LastOperation == operation)
            {
                var result = await storage.Store.ApplyAsync(head.Run.Spec.RunId, head.Engine, new ApplyRequest(operation, head.Revision, Sample.Decision(head, to, effect)), None);
                head = result switch
                {
                    WriteResult.Written written => written.Head,
                    WriteResult.Repeated repeated => repeated.Head,
                    _ => throw new InvalidOperationException(result.ToString()),
                };
            }

            await storage.Index.SynchronizeAsync(head, None);
        }
    }

    private static async Task AcknowledgeAsync(TestStorage storage)
    {
        var result = await storage.Escalations.AcknowledgeAsync(Sample.Id("run-a"), 1, new Acknowledgement(TestStorage.Epoch, "ann", "seen"), None);
        Assert.IsType<AcknowledgeResult.Acknowledged>(result);
    }

    private static async Task ReplaceEngineAsync(TestStorage storage)
    {
        var head = await storage.HeadAsync("run-a");
        var result = await storage.Store.ReplaceEngineAsync(head, EngineRef.For(head.Run.Spec.RunId, 2), Sample.Replacement(2), None);
        Assert.True(result is WriteResult.Written or WriteResult.Repeated, result.ToString());
    }

    private static Task EndAsync(TestStorage storage) => EndAsync(storage, Quiescence.Proven);

    private static Task EndWithoutProofAsync(TestStorage storage) => EndAsync(storage, Quiescence.NotProven);

    private static async Task EndAsync(TestStorage storage, Quiescence quiescence)
    {
        var head = await storage.HeadAsync("run-a");
        if (head.Run.Lifecycle.State.IsTerminal())
        {
            await storage.Index.SynchronizeAsync(head, None);
        }
        else
        {
            await storage.EndAsync("run-a", quiescence);
        }
    }

    private static async Task RefusedAsync(TestStorage storage) =>
        Assert.Equal(new CreateRunResult.SpriteClaimed(Sample.Id("run-a")), await storage.Store.CreateAsync(Sample.New("run-b", "box"), None));

    private static async Task TakeOverAsync(TestStorage storage)
    {
        var result = await storage.Store.CreateAsync(Sample.New("run-b", "orphaned"), None);
        Assert.True(result is CreateRunResult.Created or CreateRunResult.AlreadyExists, result.ToString());
    }

    private static async Task RemoveOrphansAsync(TestStorage storage) => _ = await storage.Index.RemoveOrphansAsync(storage.Time.GetUtcNow(), None);

    private static async Task RebuildAsync(TestStorage storage) => Assert.Equal(1, await storage.Index.RebuildAsync(None));

    private static RunHead Written(WriteResult result) => Assert.IsType<WriteResult.Written>(result).Head;

    /// <summary>Everything that is stored, by what it says: without tags, the identities of writes, and marks that only guard others.</summary>
    private static async Task<string> DescribeAsync(TestStorage storage)
    {
        var lines = new List<string>();
        foreach (var (table, partitions) in new[]
        {
            (StorageTable.LoopRuns, new[] { "run-a", "run-b", "run-dead" }),
            (StorageTable.LoopRunIndex, [IndexKeys.Active, IndexKeys.List]),
            (StorageTable.Sprites, [IndexKeys.Claims]),
        })
        {
            foreach (var partition in partitions)
            {
                foreach (var row in await storage.RowsAsync(table, partition))
                {
                    var properties = row.Properties
                        .Where(property => property.Key != RowProperties.Write)
                        .OrderBy(property => property.Key, StringComparer.Ordinal)
                        .Select(property => $"{property.Key}={(property.Value is byte[] bytes ? Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes)) : property.Value)}");
                    lines.Add($"{table} {partition}/{row.RowKey} {string.Join(' ', properties)}");
                }
            }
        }

        foreach (var runId in new[] { "run-a", "run-b" })
        {
            var events = await storage.Store.ReadEventsAsync(Sample.Id(runId), 0, 1000, None);
            lines.Add($"{runId} {string.Join(',', events.Select(item => $"{item.Sequence}:{item.Envelope.Length}"))}");
            lines.Add($"{runId} {(await storage.Store.ReadSnapshotsAsync(Sample.Id(runId), null, 100, None)).Count} snapshots");
        }

        return string.Join('\n', lines);
    }
}
