using CsCheck;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Runs;
using OpsManager.Storage.Tests.Support;
using OpsManager.Testing;

namespace OpsManager.Storage.Tests;

/// <summary>
/// Random operations, with random faults, against a model of dictionaries. An operation that a fault interrupts is repeated as its
/// caller would repeat it; afterwards storage and model agree in everything that is visible.
/// </summary>
public sealed class ModelTests
{
    private const int Runs = 3;
    private const int Sprites = 2;

    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly Gen<Step[]> Steps =
        Gen.Select(Gen.Enum<Kind>(), Gen.Int[0, Runs - 1], Gen.Int[1, 120], Gen.Int[1, 4], Gen.Int[0, 7])
            .Select((kind, run, amount, nth, fault) => new Step(kind, run, amount, nth, fault < 4 ? (WriteFault)fault : null))
            .Array[1, 30];

    public enum Kind
    {
        Create,
        Append,
        Poll,
        Apply,
        Replace,
        FencedWrite,
        StaleWrite,
        End,
        Prove,
        Orphans,
        Rebuild,
    }

    [Fact]
    public Task Storage_agrees_with_its_model() => Steps.SampleSeededAsync(RunAsync, iter: 400, atATime: 2);

    private static async Task RunAsync(Step[] steps)
    {
        var rows = new InMemoryStorageGateway();
        var faults = new WriteFaults();
        var storage = TestStorage.Over(new FaultyStorageGateway(rows, faults));
        var model = new Dictionary<string, ModelRun>(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            if (step.Fault is { } fault)
            {
                faults.Plan(step.Nth, fault);
            }

            var change = Expect(step, model);
            for (var round = 0; ; round++)
            {
                try
                {
                    await change(storage);
                    break;
                }
                catch (Exception error) when (error is SimulatedCrashException or StorageUnavailableException && round < 3)
                {
                    // The process starts again and does the same.
                }
            }

            faults.Clear();
            await CompareAsync(storage, model);
        }
    }

    /// <summary>Changes the model and says how the storage is to be changed in the same way.</summary>
    private static Func<TestStorage, Task> Expect(Step step, Dictionary<string, ModelRun> model)
    {
        var (name, sprite) = ($"run-{step.Run}", $"box-{step.Run % Sprites}");
        if (step.Kind is Kind.Orphans)
        {
            return storage => storage.Index.RemoveOrphansAsync(storage.Time.GetUtcNow(), None);
        }

        if (step.Kind is Kind.Rebuild)
        {
            var expected = model.Count;
            return async storage => Assert.Equal(expected, await storage.Index.RebuildAsync(None));
        }

        if (step.Kind is Kind.Create || !model.TryGetValue(name, out var run))
        {
            var holder = model.Values.FirstOrDefault(other => other.Sprite == sprite && other.HoldsSprite && other.Name != name);
            if (model.ContainsKey(name))
            {
                return async storage => Assert.IsType<CreateRunResult.AlreadyExists>(await storage.Store.CreateAsync(Sample.New(name, sprite), None));
            }

            if (holder is not null)
            {
                return async storage => Assert.Equal(new CreateRunResult.SpriteClaimed(Sample.Id(holder.Name)), await storage.Store.CreateAsync(Sample.New(name, sprite), None));
            }

            model[name] = new ModelRun(name, sprite);
            return async storage =>
            {
                var result = await storage.Store.CreateAsync(Sample.New(name, sprite), None);
                Assert.True(result is CreateRunResult.Created or CreateRunResult.AlreadyExists, result.ToString());
            };
        }

        switch (step.Kind)
        {
            case Kind.Append:
                run.Stored += step.Amount;
                run.Revision += (step.Amount + 89) / 90;
                var through = run.Stored;
                return async storage =>
                {
                    var head = await storage.HeadAsync(name);
                    var events = Sample.Events(head.StoredThrough + 1, (int)(through - head.StoredThrough));
                    Good(await storage.Store.AppendEventsAsync(head, head.Engine, events, Sample.Log(through), None));
                };
            case Kind.Poll:
                run.Cycle++;
                var content = step.Amount % 3 == 0 ? run.Content : $"content {step.Amount}";
                if (content is not null && content != run.Content)
                {
                    (run.Content, run.Snapshots, run.Revision) = (content, run.Snapshots + 1, run.Revision + 1);
                }

                var cycle = run.Cycle;
                return async storage =>
                {
                    var head = await storage.HeadAsync(name);
                    Good(await storage.Store.RecordPollAsync(head, head.Engine, Sample.Poll(head, cycle, content is null ? null : Sample.Snapshot(content)), None));
                };
            case Kind.Apply when run.Ended is null:
                run.Operations++;
                run.Revision++;
                run.Transitions++;
                var operation = $"op-{run.Operations}";
                return async storage =>
                {
                    var head = await storage.HeadAsync(name);
                    var to = head.Run.Lifecycle.State == LifecycleState.Running ? LifecycleState.Paused : LifecycleState.Running;
                    Good(await storage.Store.ApplyAsync(
                        head.Run.Spec.RunId, head.Engine, new ApplyRequest(operation, head.Revision, Sample.Decision(head, to)), None));
                    await storage.Index.SynchronizeAsync(await storage.HeadAsync(name), None);
                };
            case Kind.Replace:
                (run.Generation, run.Cycle) = (run.Generation + 1, 0);
                var generation = run.Generation;
                return async storage =>
                {
                    var head = await storage.HeadAsync(name);
                    Good(await storage.Store.ReplaceEngineAsync(head, EngineRef.For(head.Run.Spec.RunId, generation), null, None));
                };
            case Kind.FencedWrite:
                return async storage =>
                {
                    var head = await storage.HeadAsync(name);
                    var stranger = EngineRef.For(head.Run.Spec.RunId, head.Engine.Generation + 7);
                    Assert.IsType<WriteResult.Fenced>(await storage.Store.RecordPollAsync(head, stranger, Sample.Poll(head, 99), None));
                };
            case Kind.StaleWrite:
                return async storage =>
                {
                    var head = await storage.HeadAsync(name) with { StoreTag = "W/\"old\"" };
                    var events = Sample.Events(head.StoredThrough + 1, step.Amount);
                    Assert.IsType<WriteResult.Stale>(await storage.Store.AppendEventsAsync(head, head.Engine, events, head.Log, None));
                };
            case Kind.End when run.Ended is null:
                return EndAs(run, Quiescence.NotProven);
            case Kind.Prove when run.Ended is Quiescence.NotProven:
                return EndAs(run, Quiescence.Proven);
            default:
                return _ => Task.CompletedTask;
        }
    }

    private static Func<TestStorage, Task> EndAs(ModelRun run, Quiescence quiescence)
    {
        (run.Ended, run.Revision) = (quiescence, run.Revision + 1);
        return async storage =>
        {
            var head = await storage.HeadAsync(run.Name);
            if (head.Run.Lifecycle.Quiescence == quiescence)
            {
                await storage.Index.SynchronizeAsync(head, None);
            }
            else
            {
                await storage.EndAsync(run.Name, quiescence);
            }
        };
    }

    private static void Good(WriteResult result) => Assert.True(result is WriteResult.Written or WriteResult.Repeated, result.ToString());

    private static async Task CompareAsync(TestStorage storage, Dictionary<string, ModelRun> model)
    {
        foreach (var run in model.Values)
        {
            var head = await storage.HeadAsync(run.Name);
            Assert.Equal(
                (run.Revision, run.Stored, run.Snapshots, run.Generation, run.Cycle, run.Ended),
                (head.Revision, head.StoredThrough, head.SnapshotCount, head.Engine.Generation, head.Poll.Cycle, head.Run.Lifecycle.Quiescence));
            var id = Sample.Id(run.Name);
            var events = await storage.Store.ReadEventsAsync(id, 0, int.MaxValue, None);
            Assert.Equal(Enumerable.Range(1, (int)run.Stored).Select(at => (long)at), events.Select(item => item.Sequence));
            Assert.Equal(run.Transitions, (await storage.Store.ReadTransitionsAsync(id, 0, 1000, None)).Count);
            Assert.Equal(run.Snapshots, (await storage.Store.ReadSnapshotsAsync(id, null, 1000, None)).Count);
        }

        for (var at = 0; at < Sprites; at++)
        {
            var holder = model.Values.SingleOrDefault(run => run.Sprite == $"box-{at}" && run.HoldsSprite);
            Assert.Equal(holder is null ? null : Sample.Id(holder.Name), await storage.Index.FindHolderAsync(SpriteName.Parse($"box-{at}"), None));
        }

        Assert.Equal(
            model.Values.Where(run => run.HoldsSprite).Select(run => (run.Name, run.Ended is not null)).Order(),
            (await storage.Index.ListActiveAsync(None)).Select(run => (run.RunId.Value, run.Ended)).Order());
        var items = (await storage.Index.ListAsync(new(), null, 100, None)).Items;
        Assert.Equal(model.Keys.Order(StringComparer.Ordinal), items.Select(item => item.RunId.Value).Order(StringComparer.Ordinal));
        Assert.All(items, item => Assert.True(item.Revision <= model[item.RunId.Value].Revision));
    }

    private sealed record Step(Kind Kind, int Run, int Amount, int Nth, WriteFault? Fault);

    private sealed class ModelRun(string name, string sprite)
    {
        public string Name => name;

        public string Sprite => sprite;

        public long Revision { get; set; } = 1;

        public long Stored { get; set; }

        public long Snapshots { get; set; }

        public string? Content { get; set; }

        public long Cycle { get; set; }

        public int Generation { get; set; } = 1;

        public int Operations { get; set; }

        public int Transitions { get; set; }

        public Quiescence? Ended { get; set; }

        public bool HoldsSprite => Ended is not Quiescence.Proven;
    }
}
