using OpsManager.Core.Alerts;
using OpsManager.Core.Decisions;
using OpsManager.Core.Escalations;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Escalations;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.Notifications;
using OpsManager.Storage.Runs;
using OpsManager.Storage.Tests.Support;

namespace OpsManager.Storage.Tests.Suites;

/// <summary>Escalations one by one, and what has to be told of them, on any storage.</summary>
public abstract class NotificationSuite
{
    internal abstract Task<TestStorage> OpenAsync();

    private static readonly CancellationToken None = CancellationToken.None;

    private static readonly RunId Id = Sample.Id("run-a");

    private static readonly Acknowledgement Ann = new(TestStorage.Epoch.AddHours(1), "ann", "on it");

    [Fact]
    public async Task An_escalation_that_comes_back_is_one_row_with_a_count()
    {
        var storage = await OpenAsync();
        await storage.CreateAsync("run-a");
        await ApplyAsync(storage, LifecycleState.Running, new Effect.RaiseEscalation(1, "stuck", EscalationSeverity.Warning, "no progress"));
        await ApplyAsync(storage, LifecycleState.Pausing, new Effect.ResolveEscalation(1, "stuck"));
        var closed = await OneAsync(storage);
        await ApplyAsync(storage, LifecycleState.Paused, new Effect.ReopenEscalation(1, "stuck", 2, "again no progress"));
        var again = await OneAsync(storage);
        await ApplyAsync(storage, LifecycleState.Running, new Effect.ResolveEscalation(1, "stuck") { Count = 2 });
        var over = await OneAsync(storage);

        Assert.Equal((1, TestStorage.Epoch.AddMinutes(2), TestStorage.Epoch.AddMinutes(2)), (closed.Count, closed.ResolvedAt, closed.LastSeenAt));
        Assert.Equal((2, null, TestStorage.Epoch.AddMinutes(3), "again no progress"), (again.Count, again.ResolvedAt, again.LastSeenAt, again.Detail));
        Assert.Equal((2, TestStorage.Epoch.AddMinutes(4), TestStorage.Epoch.AddMinutes(1)), (over.Count, over.ResolvedAt, over.RaisedAt));
    }

    [Fact]
    public async Task The_first_acknowledgement_stands_on_the_row_and_on_the_head()
    {
        var storage = await OpenAsync();
        var head = await storage.CreateAsync("run-a");
        await ApplyAsync(storage, LifecycleState.Running, new Effect.RaiseEscalation(1, "stuck", EscalationSeverity.Warning, "no progress"));
        var done = Assert.IsType<AcknowledgeResult.Acknowledged>(await storage.Escalations.AcknowledgeAsync(Id, 1, Ann, None));
        var repeated = Assert.IsType<AcknowledgeResult.Repeated>(await storage.Escalations.AcknowledgeAsync(Id, 1, Ann with { By = "bob" }, None));

        Assert.Equal(Ann, repeated.Escalation.Acknowledgement);
        Assert.Equal(Ann, Assert.Single(done.Head.Run.Escalations).Acknowledgement);
        Assert.Equal(done.Head, await storage.HeadAsync("run-a"));
        Assert.Equal(head.Revision + 2, done.Head.Revision);
        Assert.IsType<AcknowledgeResult.NotFound>(await storage.Escalations.AcknowledgeAsync(Id, 2, Ann, None));
        Assert.IsType<AcknowledgeResult.NotFound>(await storage.Escalations.AcknowledgeAsync(Sample.Id("run-nobody"), 1, Ann, None));
    }

    [Fact]
    public async Task What_was_acknowledged_while_it_was_resolved_is_acknowledged_when_it_comes_back()
    {
        var storage = await OpenAsync();
        await storage.CreateAsync("run-a");
        await ApplyAsync(storage, LifecycleState.Running, new Effect.RaiseEscalation(1, "stuck", EscalationSeverity.Warning, "no progress"));
        await ResolveAsync(storage);

        var done = Assert.IsType<AcknowledgeResult.Acknowledged>(await storage.Escalations.AcknowledgeAsync(Id, 1, Ann, None));

        Assert.Equal(Ann, Assert.Single(done.Head.Run.RecentEscalations).Acknowledgement);
        Assert.Equal(done.Head, await storage.HeadAsync("run-a"));
    }

    [Fact]
    public async Task A_head_that_missed_the_acknowledgement_of_its_row_gets_it_with_the_next()
    {
        var storage = await OpenAsync();
        await storage.CreateAsync("run-a");
        await ApplyAsync(storage, LifecycleState.Running, new Effect.RaiseEscalation(1, "stuck", EscalationSeverity.Warning, "no progress"));
        await storage.Rows.WriteAsync(StorageTable.LoopRuns, "run-a", [EscalationRows.Acknowledge(1, Ann)], None);
        foreach (var marker in await storage.Notifications.ListMarkersAsync(10, None))
        {
            await storage.Notifications.RemoveMarkerAsync(marker, None);
        }

        var repeated = Assert.IsType<AcknowledgeResult.Repeated>(await storage.Escalations.AcknowledgeAsync(Id, 1, Ann with { By = "bob" }, None));

        Assert.Equal(Ann, repeated.Escalation.Acknowledgement);
        var head = await storage.HeadAsync("run-a");
        Assert.Equal(Ann, Assert.Single(head.Run.Escalations).Acknowledgement);

        // The sinks that were told once more hear that somebody takes care of it.
        Assert.Equal(head.Revision - 1, Assert.Single(await storage.Notifications.ListMarkersAsync(10, None)).Revision);
        await storage.Escalations.AcknowledgeAsync(Id, 1, Ann with { By = "bob" }, None);
        Assert.Equal(head, await storage.HeadAsync("run-a"));
    }

    [Fact]
    public async Task A_decision_with_escalations_is_marked_and_one_without_is_not()
    {
        var storage = await OpenAsync();
        var head = await storage.CreateAsync("run-a");
        await ApplyAsync(storage, LifecycleState.Starting);
        Assert.Empty(await storage.Notifications.ListMarkersAsync(10, None));

        await ApplyAsync(storage, LifecycleState.Running, new Effect.RaiseEscalation(1, "stuck", EscalationSeverity.Warning, "no progress"));

        var marker = Assert.Single(await storage.Notifications.ListMarkersAsync(10, None));
        Assert.Equal((Id, head.Revision + 1, new EscalationMention(1, "stuck")), (marker.RunId, marker.Revision, Assert.Single(marker.Escalations)));
        await storage.Notifications.RemoveMarkerAsync(marker with { StoreTag = "W/\"datetime'2020-01-01T00%3A00%3A00.0000000Z'\"" }, None);
        Assert.Single(await storage.Notifications.ListMarkersAsync(10, None));
        await storage.Notifications.RemoveMarkerAsync(marker, None);
        Assert.Empty(await storage.Notifications.ListMarkersAsync(10, None));
    }

    [Fact]
    public async Task A_document_is_written_by_whoever_read_it_last()
    {
        var storage = await OpenAsync();
        var first = await storage.Notifications.SaveAsync(new Tagged<Alert>(Alert(), null), None);
        Assert.NotNull(first);
        Assert.Null(await storage.Notifications.SaveAsync(new Tagged<Alert>(Alert(), null), None));

        var second = await storage.Notifications.SaveAsync(first with { Value = first.Value with { Count = 2 } }, None);
        Assert.NotNull(second);
        Assert.Null(await storage.Notifications.SaveAsync(first, None));

        await storage.Notifications.RemoveAsync(first, None);
        Assert.Equal(second.Value, (await storage.Notifications.FindAlertAsync(second.Value.Key, None))?.Value);
        await storage.Notifications.RemoveAsync(second, None);
        Assert.Null(await storage.Notifications.FindAlertAsync(second.Value.Key, None));
    }

    [Fact]
    public async Task The_board_holds_everything_of_every_kind()
    {
        var storage = await OpenAsync();
        var group = new AlertGroup { Id = "stuck:1", Code = "stuck", Sinks = ["a"], OpenedAt = TestStorage.Epoch, JoinedAt = TestStorage.Epoch };
        var silence = new Silence { Id = "s1", Author = "ann", Comment = "x", CreatedAt = TestStorage.Epoch, ExpiresAt = TestStorage.Epoch.AddHours(1), RunId = Id };
        var health = new SinkHealth { Sink = "a" }.Failed(TestStorage.Epoch, "http_500", "x", TimeSpan.FromSeconds(5));
        var odd = Alert() with { Code = "made up / by # somebody?" };
        await storage.Notifications.SaveAsync(new Tagged<Alert>(Alert(), null), None);
        await storage.Notifications.SaveAsync(new Tagged<Alert>(odd, null), None);
        await storage.Notifications.SaveAsync(new Tagged<AlertGroup>(group, null), None);
        await storage.Notifications.SaveAsync(new Tagged<Silence>(silence, null), None);
        await storage.Notifications.SaveAsync(new Tagged<SinkHealth>(health, null), None);
        Assert.True(await storage.Notifications.TryLeaseAsync("me", TestStorage.Epoch, TestStorage.Epoch.AddMinutes(1), None));

        var board = (await storage.Notifications.ReadBoardAsync(None)).ToAlertBoard();

        Assert.Equal([odd.Key, Alert().Key], board.Alerts.Select(alert => alert.Key).Order());
        Assert.Equal((group, health, silence), (Assert.Single(board.Groups), Assert.Single(board.Sinks), Assert.Single(board.Silences)));
        Assert.Equal(silence, Assert.Single(await storage.Notifications.ListSilencesAsync(None)).Value);
        Assert.True(await storage.Notifications.RemoveSilenceAsync("s1", None));
        Assert.False(await storage.Notifications.RemoveSilenceAsync("s1", None));
    }

    [Fact]
    public async Task What_cannot_be_read_hides_nothing_beside_it()
    {
        var storage = await OpenAsync();
        var group = new AlertGroup { Id = "stuck:1", Code = "stuck", Sinks = ["a"], OpenedAt = TestStorage.Epoch, JoinedAt = TestStorage.Epoch };
        var silence = new Silence { Id = "s1", Author = "ann", Comment = "x", CreatedAt = TestStorage.Epoch, ExpiresAt = TestStorage.Epoch.AddHours(1), RunId = Id };
        await storage.Notifications.SaveAsync(new Tagged<Alert>(Alert(), null), None);
        await storage.Notifications.SaveAsync(new Tagged<AlertGroup>(group, null), None);
        await storage.Notifications.SaveAsync(new Tagged<Silence>(silence, null), None);
        await storage.Notifications.SaveAsync(new Tagged<SinkHealth>(new SinkHealth { Sink = "a" }, null), None);
        await storage.CreateAsync("run-a");
        await ApplyAsync(storage, LifecycleState.Running, new Effect.RaiseEscalation(1, "stuck", EscalationSeverity.Warning, "no progress"));
        foreach (var key in new[] { NotificationKeys.Alert("a"), NotificationKeys.Group("a"), NotificationKeys.Silence("a"), NotificationKeys.Sink("0") })
        {
            await storage.MakeUnreadableAsync(StorageTable.Notifications, NotificationKeys.Board, key);
        }

        await storage.MakeUnreadableAsync(StorageTable.Notifications, NotificationKeys.Pending, NotificationKeys.Marker(Id, "0"));

        var board = (await storage.Notifications.ReadBoardAsync(None)).ToAlertBoard();

        Assert.Equal((Alert(), group), (Assert.Single(board.Alerts), Assert.Single(board.Groups)));
        Assert.Equal(("a", silence), (Assert.Single(board.Sinks).Sink, Assert.Single(board.Silences)));
        Assert.Equal(silence, Assert.Single(await storage.Notifications.ListSilencesAsync(None)).Value);

        // It does not use up what is asked for either.
        Assert.Equal(Id, Assert.Single(await storage.Notifications.ListMarkersAsync(1, None)).RunId);
    }

    [Fact]
    public async Task One_at_a_time_may_deliver_until_it_is_done_or_its_time_is_over()
    {
        var storage = await OpenAsync();
        var (now, until) = (TestStorage.Epoch, TestStorage.Epoch.AddMinutes(1));

        Assert.True(await storage.Notifications.TryLeaseAsync("one", now, until, None));
        Assert.True(await storage.Notifications.TryLeaseAsync("one", now, until, None));
        Assert.False(await storage.Notifications.TryLeaseAsync("two", now, until, None));
        await storage.Notifications.ReleaseAsync("two", None);
        Assert.False(await storage.Notifications.TryLeaseAsync("two", now, until, None));
        Assert.True(await storage.Notifications.TryLeaseAsync("two", until, until.AddMinutes(1), None));
        await storage.Notifications.ReleaseAsync("two", None);
        Assert.True(await storage.Notifications.TryLeaseAsync("three", now, until, None));
    }

    [Fact]
    public async Task What_is_open_about_a_run_is_ended_with_it()
    {
        var storage = await OpenAsync();
        await storage.Notifications.SaveAsync(new Tagged<Alert>(Alert(), null), None);
        await storage.Notifications.SaveAsync(new Tagged<Alert>(Alert() with { RunId = Sample.Id("run-a-2") }, null), None);

        await storage.Notifications.EndRunAsync(Id, TestStorage.Epoch.AddHours(1), None);

        var board = await storage.Notifications.ReadBoardAsync(None);
        Assert.Equal((AlertStatus.Resolved, TestStorage.Epoch.AddHours(1)), (board.Alerts["run-a:stuck"].Value.Status, board.Alerts["run-a:stuck"].Value.ResolvedAt));
        Assert.Equal(AlertStatus.Open, board.Alerts["run-a-2:stuck"].Value.Status);
    }

    private static Alert Alert() => new()
    {
        RunId = Id,
        Code = "stuck",
        Severity = EscalationSeverity.Warning,
        Status = AlertStatus.Open,
        Detail = "no progress",
        Since = TestStorage.Epoch,
        SeenAt = TestStorage.Epoch,
        Labels = [new RunLabel("team", "shop")],
        Deliveries = [new SinkDelivery { Sink = "a", Told = AlertStatus.Open }],
    };

    private static async Task<StoredEscalation> OneAsync(TestStorage storage) => Assert.Single(await storage.Store.ReadEscalationsAsync(Id, 0, 10, None));

    /// <summary>Resolves the one escalation as a decision does: the head remembers it for a while.</summary>
    private static async Task ResolveAsync(TestStorage storage)
    {
        var head = await storage.HeadAsync("run-a");
        var open = Assert.Single(head.Run.Escalations);
        var run = head.Run with
        {
            Escalations = [],
            RecentEscalations = [new ResolvedEscalation(open.Number, open.Code, open.Severity, open.Since, open.Count, head.Run.DecidedAt)],
        };
        var decision = new Decision(run, [], [new Effect.ResolveEscalation(open.Number, open.Code)], true);
        Assert.IsType<WriteResult.Written>(await storage.Store.ApplyAsync(Id, head.Engine, new ApplyRequest($"1-{head.Revision}", head.Revision, decision), None));
    }

    private static async Task ApplyAsync(TestStorage storage, LifecycleState to, params Effect[] effects)
    {
        var head = await storage.HeadAsync("run-a");
        var decision = Sample.Decision(head, to, effects);
        if (effects.OfType<Effect.RaiseEscalation>().FirstOrDefault() is { } raised)
        {
            decision = decision with { Run = decision.Run with { Escalations = [new OpenEscalation(raised.Number, raised.Code, raised.Severity, decision.Run.DecidedAt)] } };
        }

        Assert.IsType<WriteResult.Written>(await storage.Store.ApplyAsync(Id, head.Engine, new ApplyRequest($"1-{head.Revision}", head.Revision, decision), None));
    }
}

public sealed class NotificationInMemoryTests : NotificationSuite
{
    internal override Task<TestStorage> OpenAsync() => Task.FromResult(TestStorage.InMemory());
}

public sealed class NotificationAzuriteTests : NotificationSuite
{
    internal override Task<TestStorage> OpenAsync() => TestStorage.AzuriteAsync();
}
