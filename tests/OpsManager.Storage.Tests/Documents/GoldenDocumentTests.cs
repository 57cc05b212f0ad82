using System.Text;
using OpsManager.Core.Decisions;
using OpsManager.Core.Escalations;
using OpsManager.Core.Evidence;
using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Index;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Runs;
using OpsManager.Storage.Tests.Support;

namespace OpsManager.Storage.Tests.Documents;

/// <summary>
/// What earlier versions stored still reads. A released file is never changed: a change of format adds a file, written by running
/// these tests with the variable <see cref="WriteVariable"/> set to its path, and a test that reads it.
/// </summary>
public sealed class GoldenDocumentTests
{
    private const string WriteVariable = "OPS_WRITE_GOLDEN";

    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Everything_of_version_1_is_read_through_the_store()
    {
        var storage = TestStorage.InMemory();
        await GoldenRows.LoadAsync(await ReadFileAsync("v1.json"), storage.Rows);
        var id = Sample.Id("run-gold");

        var head = await storage.HeadAsync("run-gold");
        Assert.Equal((6L, 60L, 63L, 2L), (head.Revision, head.StoredThrough, head.Log.Line, head.SnapshotCount));
        Assert.Equal((EngineRef.For(id, 2), "1-2", 7L), (head.Engine, head.LastOperation, head.Poll.Cycle));
        Assert.Equal("transport_unreachable", head.Poll.FailureCode);
        Assert.Equal(LifecycleStatus.Ended(LifecycleState.Stopped, TestStorage.Epoch.AddHours(1), "max_iterations", Quiescence.NotProven, null), head.Run.Lifecycle);
        Assert.Equal(new SpriteRef(SpriteName.Parse("box"), new Uri("https://sprite.example:8443/"), "ADAPTER_TOKEN"), head.Run.Spec.Sprite);
        Assert.Equal<RunLabel>([new("tier", "gold")], head.Run.Spec.Labels);
        Assert.Equal(AttemptCause.Start, Assert.Single(head.Run.Evidence.Attempts).Cause);
        Assert.Equal("stuck", Assert.Single(head.Run.Escalations).Code);
        Assert.Equal(HealthVerdict.Critical, head.Run.Health.Verdict);

        var events = await storage.Store.ReadEventsAsync(id, 0, 100, None);
        Assert.Equal(Sample.Events(1, 60).Select(item => item.Hash), events.Select(item => item.Hash));
        Assert.Equal("not_json", events[16].QuarantineReason);
        Assert.True(events[59].Envelope.Span.SequenceEqual(Sample.Event(60).Envelope.Span));

        var snapshots = await storage.Store.ReadSnapshotsAsync(id, null, 10, None);
        Assert.Equal(["in a blob", """{"envelopeType":"loop_run_snapshot"}"""], snapshots.Select(item => Encoding.UTF8.GetString(item.Envelope.Span)));
        Assert.Equal((2L, 60L, TestStorage.Epoch), (snapshots[0].Sequence, snapshots[0].EventSequence, snapshots[0].ReceivedAt));

        var transitions = await storage.Store.ReadTransitionsAsync(id, 0, 10, None);
        Assert.Equal([LifecycleState.Running, LifecycleState.Stopped], transitions.Select(item => item.To));
        var escalations = await storage.Store.ReadEscalationsAsync(id, 0, 10, None);
        Assert.Equal([("stuck", false), ("slow", true)], escalations.Select(item => (item.Code, item.ResolvedAt is not null)));

        Assert.IsType<CreateRunResult.AlreadyExists>(await storage.Store.CreateAsync(Sample.New("run-gold", "box"), None));
        Assert.IsType<CreateRunResult.KeyReused>(await storage.Store.CreateAsync(Sample.New("run-gold", "box", body: "other"), None));
        Assert.Equal(id, await storage.Index.FindHolderAsync(SpriteName.Parse("box"), None));
        Assert.Equal(new ActiveRun(id, TestStorage.Epoch) { Ended = true }, Assert.Single(await storage.Index.ListActiveAsync(None)));
        var item = Assert.Single((await storage.Index.ListAsync(new() { State = LifecycleState.Stopped, NeedsAttention = true, Label = "tier" }, null, 10, None)).Items);
        Assert.Equal(ListRow.ItemOf(head) with { Attention = null }, item);
    }

    [Fact]
    public async Task The_current_version_writes_what_it_reads()
    {
        var rows = new InMemoryStorageGateway();
        var storage = TestStorage.Over(rows);
        var blob = await BuildAsync(storage);
        var golden = await GoldenRows.WriteAsync(
            rows,
            [(StorageTable.LoopRuns, "run-gold"), (StorageTable.LoopRunIndex, IndexKeys.Active), (StorageTable.LoopRunIndex, IndexKeys.List), (StorageTable.Sprites, IndexKeys.Claims)],
            [blob]);
        if (Environment.GetEnvironmentVariable(WriteVariable) is { Length: > 0 } path)
        {
            await File.WriteAllTextAsync(path, golden);
        }

        var copy = TestStorage.InMemory();
        await GoldenRows.LoadAsync(golden, copy.Rows);
        Assert.Equal((await storage.HeadAsync("run-gold")) with { StoreTag = "" }, (await copy.HeadAsync("run-gold")) with { StoreTag = "" });
    }

    /// <summary>A run with something of everything that is stored.</summary>
    private static async Task<(string Name, byte[] Content)> BuildAsync(TestStorage storage)
    {
        var id = Sample.Id("run-gold");
        var run = Sample.Run("run-gold", "box", null, "team", new RunLabel("tier", "gold"));
        await storage.Store.CreateAsync(new NewRun(run, "key of run-gold", "body"), None);
        var head = await storage.HeadAsync("run-gold");
        head = Written(await storage.Store.AppendEventsAsync(head, head.Engine, Sample.Events(1, 60), Sample.Log(63), None));
        head = Written(await storage.Store.RecordPollAsync(head, head.Engine, Sample.Poll(head, 1, Sample.Snapshot("""{"envelopeType":"loop_run_snapshot"}""")), None));
        head = Written(await storage.Store.RecordPollAsync(head, head.Engine, Sample.Poll(head, 2, Sample.Snapshot("in a blob")), None));

        // No content this small goes to a blob by itself.
        var blob = ("run-gold/by-hand", Encoding.UTF8.GetBytes("in a blob"));
        var row = await storage.Rows.FindAsync(StorageTable.LoopRuns, id.Value, RowKeys.Snapshot(2), None);
        var moved = row!.Properties.Where(property => property.Key != "p0").ToDictionary(StringComparer.Ordinal);
        moved["blob"] = blob.Item1;
        await storage.Rows.WriteAsync(StorageTable.LoopRuns, id.Value, [RowWrite.Replace(row.RowKey, row.ETag, moved)], None);

        head = Written(await storage.Store.ApplyAsync(
            id,
            head.Engine,
            new ApplyRequest("1-1", head.Revision, Sample.Decision(
                head,
                LifecycleState.Running,
                new Effect.RaiseEscalation(1, "stuck", EscalationSeverity.Warning, "no progress"),
                new Effect.RaiseEscalation(2, "slow", EscalationSeverity.Info, "slow"))),
            None));
        head = Written(await storage.Store.AppendEventsAsync(head, head.Engine, [], head.Log with { Identity = "log-b" }, None));
        var end = Sample.Decision(head, LifecycleState.Running, new Effect.ResolveEscalation(2, "slow"));
        end = end with
        {
            Run = end.Run with
            {
                Lifecycle = LifecycleStatus.Ended(LifecycleState.Stopped, TestStorage.Epoch.AddHours(1), "max_iterations", Quiescence.NotProven, null),
                Health = HealthReport.Unobserved with
                {
                    Verdict = HealthVerdict.Critical,
                    Reasons = [new HealthReason("stalled", HealthVerdict.Critical, TestStorage.Epoch, "300 s of 300 s")],
                },
                Evidence = end.Run.Evidence with
                {
                    Attempts = [new Attempt { Number = 1, Cause = AttemptCause.Start, Epoch = 1, BaseLine = 0, RuntimeRunId = "r-1", ExitCode = 1 }],
                    End = new EndSignal(LifecycleState.Stopped, "max_iterations", 60),
                    Approval = new ApprovalEvidence { RuntimeRunId = "r-1", Iteration = 3, Decision = "approved", DecidedBy = "ann" },
                    TotalIterations = 3,
                },
                Escalations = [new OpenEscalation(1, "stuck", EscalationSeverity.Warning, TestStorage.Epoch)],
                Divergence = ["status_mismatch"],
                Capabilities = ["pause", "cancel"],
                ClockSkewSeconds = -2,
            },
            Transitions = [end.Transitions[0] with { To = LifecycleState.Stopped }],
        };
        head = Written(await storage.Store.ApplyAsync(id, head.Engine, new ApplyRequest("1-2", head.Revision, end), None));
        head = Written(await storage.Store.AppendEventsAsync(head, head.Engine, [], head.Log with { Identity = "log-c" }, None));
        head = Written(await storage.Store.ReplaceEngineAsync(head, EngineRef.For(id, 2), null, None));
        var poll = new PollStatus { Cycle = 7, FailureCode = "transport_unreachable", FailureDetail = "refused", FailureStreak = 2, FailingSince = TestStorage.Epoch, NextDueAt = TestStorage.Epoch };
        head = Written(await storage.Store.RecordPollAsync(head, head.Engine, new PollRecord(poll, head.Log, null), None));
        await storage.Index.SynchronizeAsync(head, None);
        return blob;
    }

    private static RunHead Written(WriteResult result) => Assert.IsType<WriteResult.Written>(result).Head;

    private static async Task<string> ReadFileAsync(string name)
    {
        await using var stream = typeof(GoldenDocumentTests).Assembly.GetManifestResourceStream($"Golden.{name}")
            ?? throw new InvalidOperationException($"There is no golden file {name}.");
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
