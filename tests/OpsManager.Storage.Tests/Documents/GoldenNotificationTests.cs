using OpsManager.Core.Alerts;
using OpsManager.Core.Decisions;
using OpsManager.Core.Escalations;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Notifications;
using OpsManager.Storage.Runs;
using OpsManager.Storage.Tests.Support;

namespace OpsManager.Storage.Tests.Documents;

/// <summary>
/// What was stored of escalations and their delivery still reads. A released file is never changed: a change of format adds a file,
/// written by running these tests with the variable <see cref="WriteVariable"/> set to its path, and a test that reads it.
/// </summary>
public sealed class GoldenNotificationTests
{
    private const string WriteVariable = "OPS_WRITE_GOLDEN_NOTIFICATIONS";

    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly RunId Id = Sample.Id("run-gold");

    private static readonly Acknowledgement Ann = new(TestStorage.Epoch.AddMinutes(30), "ann", "on it");

    [Fact]
    public async Task Everything_of_version_1_is_read_through_the_store()
    {
        var storage = TestStorage.InMemory();
        await using var stream = typeof(GoldenNotificationTests).Assembly.GetManifestResourceStream("Golden.notifications.v1.json")!;
        using var reader = new StreamReader(stream);
        await GoldenRows.LoadAsync(await reader.ReadToEndAsync(), storage.Rows);

        await CheckAsync(storage);
    }

    [Fact]
    public async Task The_current_version_writes_what_it_reads()
    {
        var storage = TestStorage.Over(new InMemoryStorageGateway());
        await BuildAsync(storage);
        await CheckAsync(storage);
        if (Environment.GetEnvironmentVariable(WriteVariable) is { Length: > 0 } path)
        {
            await File.WriteAllTextAsync(path, await GoldenRows.WriteAsync(
                storage.Rows,
                [(StorageTable.LoopRuns, Id.Value), (StorageTable.Notifications, NotificationKeys.Pending), (StorageTable.Notifications, NotificationKeys.Board)],
                []));
        }
    }

    private static async Task CheckAsync(TestStorage storage)
    {
        var row = Assert.Single(await storage.Store.ReadEscalationsAsync(Id, 0, 10, None));
        Assert.Equal((1L, "stuck", 2, Ann, null), (row.Number, row.Code, row.Count, row.Acknowledgement, row.ResolvedAt));
        var open = Assert.Single((await storage.HeadAsync("run-gold")).Run.Escalations);
        Assert.Equal((2, Ann), (open.Count, open.Acknowledgement));

        var markers = await storage.Notifications.ListMarkersAsync(10, None);
        Assert.Equal(["1-1", "1-2", "1-3", "acknowledge-1"], markers.Select(marker => marker.Operation).Order(StringComparer.Ordinal));
        Assert.All(markers, marker => Assert.Equal(new EscalationMention(1, "stuck"), Assert.Single(marker.Escalations)));

        var board = (await storage.Notifications.ReadBoardAsync(None)).ToAlertBoard();
        Assert.Equal(Alert(), Assert.Single(board.Alerts));
        Assert.Equal(Group(), Assert.Single(board.Groups));
        Assert.Equal(Health(), Assert.Single(board.Sinks));
        Assert.Equal(Silence(), Assert.Single(board.Silences));
    }

    private static async Task BuildAsync(TestStorage storage)
    {
        await storage.CreateAsync("run-gold");
        await ApplyAsync(storage, LifecycleState.Running, new Effect.RaiseEscalation(1, "stuck", EscalationSeverity.Warning, "no progress"), 1);
        await ApplyAsync(storage, LifecycleState.Pausing, new Effect.ResolveEscalation(1, "stuck"), 0);
        await ApplyAsync(storage, LifecycleState.Paused, new Effect.ReopenEscalation(1, "stuck", 2, "no progress again"), 2);
        await storage.Escalations.AcknowledgeAsync(Id, 1, Ann, None);
        await storage.Notifications.SaveAsync(new Tagged<Alert>(Alert(), null), None);
        await storage.Notifications.SaveAsync(new Tagged<AlertGroup>(Group(), null), None);
        await storage.Notifications.SaveAsync(new Tagged<SinkHealth>(Health(), null), None);
        await storage.Notifications.SaveAsync(new Tagged<Silence>(Silence(), null), None);
        await storage.Notifications.TryLeaseAsync("somebody", TestStorage.Epoch, TestStorage.Epoch.AddMinutes(1), None);
    }

    private static async Task ApplyAsync(TestStorage storage, LifecycleState to, Effect effect, int count)
    {
        var head = await storage.HeadAsync("run-gold");
        var decision = Sample.Decision(head, to, effect);
        decision = decision with
        {
            Run = decision.Run with
            {
                Escalations = count == 0 ? [] : [new OpenEscalation(1, "stuck", EscalationSeverity.Warning, TestStorage.Epoch) { Count = count }],
                RecentEscalations = count == 0 ? [new ResolvedEscalation(1, "stuck", EscalationSeverity.Warning, TestStorage.Epoch, 1, TestStorage.Epoch)] : [],
            },
        };
        Assert.IsType<WriteResult.Written>(await storage.Store.ApplyAsync(Id, head.Engine, new ApplyRequest($"1-{head.Revision}", head.Revision, decision), None));
    }

    private static Alert Alert() => new()
    {
        RunId = Id,
        Code = "stuck",
        Severity = EscalationSeverity.Warning,
        Status = AlertStatus.Acknowledged,
        Number = 1,
        Count = 2,
        Detail = "no progress",
        Since = TestStorage.Epoch,
        ResolvedAt = TestStorage.Epoch.AddHours(1),
        Acknowledgement = Ann,
        LoopId = LoopId.Parse("feature-1"),
        Sprite = SpriteName.Parse("box"),
        Workspace = "shop",
        Labels = [new RunLabel("team", "payments")],
        Revision = 5,
        SeenAt = TestStorage.Epoch,
        WasHeld = true,
        Group = "stuck:20260301T120000000",
        Deliveries =
        [
            new SinkDelivery
            {
                Sink = "pager",
                Told = AlertStatus.Open,
                ToldSeverity = EscalationSeverity.Warning,
                RaisedAt = TestStorage.Epoch,
                FailingSince = TestStorage.Epoch,
                Parked = AlertStatus.Acknowledged,
                ParkedCode = "http_400",
            },
        ],
    };

    private static AlertGroup Group() => new()
    {
        Id = "stuck:20260301T120000000",
        Code = "stuck",
        Sinks = ["pager"],
        OpenedAt = TestStorage.Epoch,
        JoinedAt = TestStorage.Epoch,
        ToldBefore = 1,
        Deliveries = [new SinkDelivery { Sink = "pager", Told = AlertStatus.Open, ToldRuns = 3 }],
    };

    private static SinkHealth Health() =>
        new SinkHealth { Sink = "pager", LastSuccessAt = TestStorage.Epoch }.Failed(TestStorage.Epoch, "http_500", "HTTP 500", TimeSpan.FromSeconds(5));

    private static Silence Silence() => new()
    {
        Id = "20260301120000-abc",
        Author = "ann",
        Comment = "maintenance",
        CreatedAt = TestStorage.Epoch,
        ExpiresAt = TestStorage.Epoch.AddHours(1),
        RunId = Id,
        ReasonCode = "stuck",
        Category = EscalationCategory.Runtime,
        Workspace = "shop",
        Label = "team",
    };
}
