using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Runs;
using OpsManager.Storage.Tests.Support;

namespace OpsManager.Storage.Tests.Documents;

/// <summary>Intents as the version that brought them stored them. As with the other golden files: a released one is never changed.</summary>
public sealed class GoldenIntentTests
{
    private const string WriteVariable = "OPS_WRITE_GOLDEN_INTENTS";

    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Candidate Candidate = new("r-1", 3, TestStorage.Epoch);

    private static readonly Intent Full = Sample.Intent("int-full", 1, IntentVerb.Approve) with
    {
        Status = IntentStatus.Sending,
        Note = "looks good",
        Candidate = Candidate,
        Attempt = 1,
        Sends = 2,
        SendAt = TestStorage.Epoch.AddSeconds(5),
        Deadline = TestStorage.Epoch.AddMinutes(2),
        TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        RequestHash = "abc",
        KeepsHold = true,
        Steps =
        [
            new IntentStep(IntentStatus.Accepted, TestStorage.Epoch, "ann", null, null),
            new IntentStep(IntentStatus.Sending, TestStorage.Epoch.AddSeconds(1), "manager", "transport_timeout", "no answer"),
        ],
    };

    private static readonly Intent Closed = Sample.Intent("int-closed", 2, IntentVerb.ForceCancel) with { Status = IntentStatus.Superseded, DeliveredAt = TestStorage.Epoch };

    private static readonly RejectedEvent Rejected = new() { Id = "0c1", At = TestStorage.Epoch, By = "durable-api", Reason = "no verb", Beginning = "42" };

    [Fact]
    public async Task Intents_of_the_version_that_brought_them_are_read_through_the_store()
    {
        var storage = TestStorage.InMemory();
        await using var stream = typeof(GoldenIntentTests).Assembly.GetManifestResourceStream("Golden.v2-intents.json")!;
        using var reader = new StreamReader(stream);
        await GoldenRows.LoadAsync(await reader.ReadToEndAsync(), storage.Rows);
        var id = Sample.Id("run-gold");

        var head = await storage.HeadAsync("run-gold");
        Assert.Equal([Full], head.Run.Intents);
        Assert.Equal(
            (2L, new HoldMemory(Full.Id, "ann", TestStorage.Epoch), new CancelMemory(Closed.Id, "bob", TestStorage.Epoch, true), Candidate),
            (head.Run.IntentCount, head.Run.Hold, head.Run.Cancel, head.Run.Candidate));
        Assert.Equal([Full, Closed], await storage.Store.ReadIntentsAsync(id, 0, 10, None));
        Assert.Equal([Rejected], await storage.Store.ReadRejectedEventsAsync(id, 10, None));
    }

    [Fact]
    public async Task The_current_version_writes_what_it_reads()
    {
        var rows = new InMemoryStorageGateway();
        var storage = TestStorage.Over(rows);
        var head = await storage.CreateAsync("run-gold", "box");
        var decision = Sample.Deciding(head, [Full, Closed]);
        decision = decision with
        {
            Run = decision.Run with
            {
                Lifecycle = LifecycleStatus.Live(LifecycleState.AwaitingApproval, TestStorage.Epoch),
                Hold = new HoldMemory(Full.Id, "ann", TestStorage.Epoch),
                Cancel = new CancelMemory(Closed.Id, "bob", TestStorage.Epoch, true),
                Candidate = Candidate,
            },
        };
        Assert.IsType<WriteResult.Written>(await storage.Store.ApplyAsync(head.Run.Spec.RunId, head.Engine, new ApplyRequest("1-1", head.Revision, decision), None));
        await storage.Store.RejectEventAsync(head.Run.Spec.RunId, Rejected, None);

        var golden = await GoldenRows.WriteAsync(rows, [(StorageTable.LoopRuns, "run-gold")], []);
        if (Environment.GetEnvironmentVariable(WriteVariable) is { Length: > 0 } path)
        {
            await File.WriteAllTextAsync(path, golden);
        }

        var copy = TestStorage.InMemory();
        await GoldenRows.LoadAsync(golden, copy.Rows);
        Assert.Equal((await storage.HeadAsync("run-gold")) with { StoreTag = "" }, (await copy.HeadAsync("run-gold")) with { StoreTag = "" });
        Assert.Equal([Full, Closed], await copy.Store.ReadIntentsAsync(head.Run.Spec.RunId, 0, 10, None));
    }
}
