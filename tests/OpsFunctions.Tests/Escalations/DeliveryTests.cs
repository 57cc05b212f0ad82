using System.Text;
using System.Text.Json.Nodes;
using OpsFunctions.Escalations;
using OpsFunctions.Http;
using OpsManager.Core.Escalations;
using OpsManager.Notifications.Sinks;
using OpsManager.Storage.Escalations;
using OpsManager.Storage.Gateway;
using OpsManager.Testing.Http;

namespace OpsFunctions.Tests.Escalations;

/// <summary>From a decision to what a sink receives over HTTP.</summary>
public sealed class DeliveryTests : IAsyncLifetime
{
    private TellingApp _app = null!;

    public async Task InitializeAsync() => _app = await TellingApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task An_unreachable_adapter_is_told_with_its_signature_and_its_recovery_too()
    {
        await _app.CreateAsync("run-a");
        _app.App.Adapter.Failure = "transport_unreachable";
        for (var cycle = 1; cycle < 8; cycle++)
        {
            _app.App.Time.Advance(TimeSpan.FromSeconds(30));
            await _app.CycleAsync("run-a", cycle);
        }

        await _app.DispatchAsync();

        Assert.Equal(["escalation.raised run-a:transport_unreachable"], _app.HookTold);
        Assert.Equal(["trigger run-a:transport_unreachable"], _app.PagerTold);
        var post = _app.Hook.Received.Single();
        Assert.Equal("/hook", post.Path);
        Assert.Equal("https://ops.test/api/runs/run-a", (string?)post.Json["data"]!["link"]);
        var sentAt = DateTimeOffset.FromUnixTimeSeconds(long.Parse(post.Headers["webhook-timestamp"]));
        Assert.Equal(
            StandardWebhookSignature.Sign(StandardWebhookSignature.KeyOf(TellingApp.SigningSecret)!, post.Headers["webhook-id"], sentAt, Encoding.UTF8.GetBytes(post.Body)),
            post.Headers["webhook-signature"]);

        _app.App.Adapter.Failure = null;
        _app.App.Time.Advance(TimeSpan.FromSeconds(30));
        await _app.CycleAsync("run-a", 8);
        await _app.DispatchAsync();

        Assert.Equal("escalation.resolved run-a:transport_unreachable", _app.HookTold[^1]);
        Assert.Equal(["trigger run-a:transport_unreachable", "resolve run-a:transport_unreachable"], _app.PagerTold);
    }

    [Fact]
    public async Task Nothing_is_told_twice_and_nothing_is_left_once_it_is_over()
    {
        await _app.CreateAsync("run-a");
        await _app.RaiseAsync("run-a");
        await _app.DispatchAsync();
        await _app.DispatchAsync();
        await _app.ResolveAsync("run-a");
        await _app.DispatchAsync();
        await _app.DispatchAsync();
        Assert.Equal(2, _app.Hook.Received.Count);

        _app.App.Time.Advance(TimeSpan.FromMinutes(20));
        await _app.DispatchAsync();

        var board = await _app.App.Storage.Notifications.ReadBoardAsync(default);
        Assert.Empty(board.Alerts);
        Assert.Empty(await _app.App.Storage.Notifications.ListMarkersAsync(10, default));
    }

    [Fact]
    public async Task What_is_less_urgent_than_the_route_asks_for_is_recorded_and_not_told()
    {
        await _app.CreateAsync("run-a");
        await _app.RaiseAsync("run-a", "line_quarantined", EscalationSeverity.Info);

        await _app.DispatchAsync();

        Assert.Empty(_app.Hook.Received);
        Assert.Equal("line_quarantined", (string?)(await _app.EscalationsAsync("run-a"))[0]!["code"]);
        Assert.Empty((await _app.App.Storage.Notifications.ReadBoardAsync(default)).Alerts);
    }

    [Fact]
    public async Task What_was_over_before_its_turn_is_told_once_as_over()
    {
        await _app.CreateAsync("run-a");
        await _app.RaiseAsync("run-a");
        await _app.ResolveAsync("run-a");

        await _app.DispatchAsync();
        await _app.DispatchAsync();

        Assert.Equal(["escalation.resolved run-a:ingest_stale"], _app.HookTold);
    }

    [Fact]
    public async Task What_flaps_is_one_escalation_and_raised_once_in_a_quarter_of_an_hour()
    {
        await _app.CreateAsync("run-a");
        _app.App.Adapter.Failure = "transport_unreachable";
        var cycle = 0L;
        for (var flap = 0; flap < 3; flap++)
        {
            _app.App.Adapter.Failure = "transport_unreachable";
            for (var i = 0; i < 5; i++)
            {
                _app.App.Time.Advance(TimeSpan.FromSeconds(20));
                await _app.CycleAsync("run-a", ++cycle);
                await _app.DispatchAsync();
            }

            _app.App.Adapter.Failure = null;
            _app.App.Time.Advance(TimeSpan.FromSeconds(20));
            await _app.CycleAsync("run-a", ++cycle);
            await _app.DispatchAsync();
        }

        var rows = (await _app.EscalationsAsync("run-a")).AsArray();
        Assert.All(rows, row => Assert.Equal(3, (int)row!["count"]!));
        Assert.Equal(rows.Count, _app.HookTold.Count(told => told.StartsWith("escalation.raised", StringComparison.Ordinal)));
        Assert.Equal(rows.Count, rows.Select(row => (string?)row!["severity"]).Distinct().Count());
    }

    [Fact]
    public async Task Many_runs_with_one_cause_are_told_as_one_and_resolved_as_one()
    {
        var ids = Enumerable.Range(1, 30).Select(i => $"run-{i:D2}").ToArray();
        await _app.CreateAsync(ids);
        foreach (var id in ids)
        {
            await _app.RaiseAsync(id);
        }

        await _app.DispatchAsync();

        var told = Assert.Single(_app.Hook.Received).Json["data"]!;
        Assert.Equal((30, 20, true), ((int)told["runCount"]!, told["runs"]!.AsArray().Count, (bool)told["grouped"]!));
        Assert.Equal("ingest stale: 30 runs", (string?)told["summary"]);

        foreach (var id in ids[..29])
        {
            await _app.ResolveAsync(id);
        }

        await _app.DispatchAsync();
        Assert.Single(_app.Hook.Received);

        await _app.ResolveAsync(ids[29]);
        await _app.DispatchAsync();
        Assert.Equal(2, _app.Hook.Received.Count);
        Assert.Equal(_app.PagerTold[0].Replace("trigger", "resolve", StringComparison.Ordinal), _app.PagerTold[1]);
        Assert.Empty((await _app.App.Storage.Notifications.ReadBoardAsync(default)).Groups);
    }

    [Fact]
    public async Task A_grouped_warning_that_becomes_critical_reaches_who_is_told_of_the_critical_alone()
    {
        await using var app = await TellingApp.StartAsync(CriticalToPagerAlone);
        string[] ids = ["run-a", "run-b", "run-c"];
        await app.CreateAsync(ids);
        foreach (var id in ids)
        {
            await app.RaiseAsync(id, severity: EscalationSeverity.Warning);
        }

        await app.DispatchAsync();
        Assert.Equal((1, 0), (app.Hook.Received.Count, app.Pager.Received.Count));

        app.App.Time.Advance(TimeSpan.FromMinutes(10));
        foreach (var id in ids)
        {
            await app.WorsenAsync(id);
        }

        await app.DispatchAsync();
        await app.DispatchAsync();
        foreach (var id in ids)
        {
            await app.ResolveAsync(id);
        }

        await app.DispatchAsync();
        app.App.Time.Advance(TimeSpan.FromMinutes(20));
        await app.DispatchAsync();

        Assert.Equal(["trigger", "resolve"], app.Pager.Received.Select(static post => (string?)post.Json["event_action"]));
        Assert.Equal(["escalation.raised", "escalation.raised", "escalation.resolved"], app.Hook.Received.Select(static post => (string?)post.Json["type"]));
        Assert.Empty((await app.App.Storage.Notifications.ReadBoardAsync(default)).Alerts);
    }

    [Fact]
    public async Task The_first_is_told_at_once_and_those_that_follow_wait_for_company()
    {
        await _app.CreateAsync("run-a", "run-b", "run-c");
        await _app.RaiseAsync("run-a");
        await _app.DispatchAsync();
        Assert.Single(_app.Hook.Received);

        await _app.RaiseAsync("run-b");
        var report = await _app.DispatchAsync();
        Assert.Single(_app.Hook.Received);
        Assert.Equal(TimeSpan.FromSeconds(30), report.NextAt - _app.App.Time.GetUtcNow());

        await _app.RaiseAsync("run-c");
        _app.App.Time.Advance(TimeSpan.FromSeconds(30));
        await _app.DispatchAsync();

        Assert.Equal(2, _app.Hook.Received.Count);
        var group = _app.Hook.Received.Last().Json["data"]!;
        Assert.Equal((2, true), ((int)group["runCount"]!, (bool)group["grouped"]!));
        Assert.Contains("1 further runs with the same cause were told before", (string?)group["evidence"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_waited_in_vain_is_told_on_its_own()
    {
        await _app.CreateAsync("run-a", "run-b");
        await _app.RaiseAsync("run-a");
        await _app.RaiseAsync("run-b");
        await _app.DispatchAsync();
        Assert.Empty(_app.Hook.Received);

        _app.App.Time.Advance(TimeSpan.FromSeconds(31));
        await _app.DispatchAsync();

        Assert.Equal(["escalation.raised run-a:ingest_stale", "escalation.raised run-b:ingest_stale"], _app.HookTold.Order());
    }

    [Fact]
    public async Task An_acknowledgement_is_told_to_who_was_told_and_takes_the_call_for_attention_away()
    {
        await _app.CreateAsync("run-a");
        await _app.RaiseAsync("run-a");
        await _app.DispatchAsync();
        await _app.App.Index.SynchronizeAsync(await _app.App.HeadAsync("run-a"), default);
        Assert.True((await _app.App.Index.ListAsync(new(), null, 10, default)).Items[0].NeedsAttention);

        var answer = await _app.AcknowledgeAsync("run-a", "1", new JsonObject { ["note"] = "on it" });
        var again = await _app.AcknowledgeAsync("run-a", "1", [], by: "bob");
        await _app.DispatchAsync();
        _app.App.Time.Advance(TimeSpan.FromHours(1));
        await _app.DispatchAsync();

        Assert.Equal((200, 200), (answer.Status, again.Status));
        Assert.Equal(("ann", "on it"), ((string?)again.Json["acknowledgement"]!["by"], (string?)again.Json["acknowledgement"]!["note"]));
        Assert.Equal(["escalation.raised run-a:ingest_stale", "escalation.acknowledged run-a:ingest_stale"], _app.HookTold);
        Assert.Equal("acknowledge run-a:ingest_stale", _app.PagerTold[^1]);
        Assert.False((await _app.App.Index.ListAsync(new(), null, 10, default)).Items[0].NeedsAttention);
    }

    [Fact]
    public async Task What_was_acknowledged_while_it_was_resolved_is_not_told_again_when_it_comes_back()
    {
        var cycle = 0L;
        await _app.CreateAsync("run-a");
        await FlapAsync();
        var raised = (await _app.App.HeadAsync("run-a")).Run.RecentEscalations;
        Assert.NotEmpty(raised);
        foreach (var escalation in raised)
        {
            Assert.Equal(200, (await _app.AcknowledgeAsync("run-a", $"{escalation.Number}", [])).Status);
        }

        var told = _app.HookTold;
        await FailAsync();

        Assert.NotEmpty((await _app.App.HeadAsync("run-a")).Run.Escalations);
        Assert.All((await _app.App.HeadAsync("run-a")).Run.Escalations, static escalation => Assert.Equal("ann", escalation.Acknowledgement?.By));
        Assert.Equal(told, _app.HookTold);

        async Task FlapAsync()
        {
            await FailAsync();
            _app.App.Adapter.Failure = null;
            await CycleAsync();
        }

        async Task FailAsync()
        {
            _app.App.Adapter.Failure = "transport_unreachable";
            for (var i = 0; i < 5; i++)
            {
                await CycleAsync();
            }
        }

        async Task CycleAsync()
        {
            _app.App.Time.Advance(TimeSpan.FromSeconds(20));
            await _app.CycleAsync("run-a", ++cycle);
            await _app.DispatchAsync();
        }
    }

    [Fact]
    public async Task An_acknowledgement_that_only_its_row_knew_is_told_and_listed_with_the_next()
    {
        await _app.CreateAsync("run-a");
        await _app.RaiseAsync("run-a");
        await _app.DispatchAsync();
        var ann = new Acknowledgement(_app.App.Time.GetUtcNow(), "ann", null);
        await _app.App.Storage.Rows.WriteAsync(StorageTable.LoopRuns, "run-a", [EscalationRows.Acknowledge(1, ann)], default);

        var answer = await _app.AcknowledgeAsync("run-a", "1", [], by: "bob");
        await _app.DispatchAsync();

        Assert.Equal((200, "ann"), (answer.Status, (string?)answer.Json["acknowledgement"]!["by"]));
        Assert.Equal(["escalation.raised run-a:ingest_stale", "escalation.acknowledged run-a:ingest_stale"], _app.HookTold);
        Assert.False((await _app.App.Index.ListAsync(new(), null, 10, default)).Items[0].NeedsAttention);
    }

    [Fact]
    public async Task What_was_acknowledged_before_it_was_told_is_not_told()
    {
        await _app.CreateAsync("run-a");
        await _app.RaiseAsync("run-a");
        await _app.AcknowledgeAsync("run-a", "1", []);
        await _app.DispatchAsync();
        await _app.ResolveAsync("run-a");
        await _app.DispatchAsync();

        Assert.Empty(_app.Hook.Received);
    }

    [Theory]
    [InlineData("1", """{"by":"ann"}""", 400, "unknown_field")]
    [InlineData("1", """{"note":""}""", 400, "invalid_field")]
    [InlineData("1", """{"note":"a\u0007b"}""", 400, "invalid_field")]
    [InlineData("2", "{}", 404, "escalation_not_found")]
    [InlineData("-1", "{}", 404, "escalation_not_found")]
    [InlineData("x", "{}", 404, "escalation_not_found")]
    public async Task A_wrong_acknowledgement_is_refused_with_its_reason(string number, string body, int status, string code)
    {
        await _app.CreateAsync("run-a");
        await _app.RaiseAsync("run-a");

        var answer = await _app.AcknowledgeAsync("run-a", number, JsonNode.Parse(body)!.AsObject());

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_note_has_at_most_4096_bytes()
    {
        await _app.CreateAsync("run-a");
        await _app.RaiseAsync("run-a");

        var tooLong = await _app.AcknowledgeAsync("run-a", "1", new JsonObject { ["note"] = new string('ä', 2049) });
        var fits = await _app.AcknowledgeAsync("run-a", "1", new JsonObject { ["note"] = new string('ä', 2048) });

        Assert.Equal((400, "invalid_field", 200), (tooLong.Status, tooLong.Code, fits.Status));
    }

    [Theory]
    [InlineData("board", "alert-run-b:ingest_stale")]
    [InlineData("board", "group-ingest_stale:20300101T000000000")]
    [InlineData("board", "silence-1")]
    [InlineData("board", "sink-hook")]
    [InlineData("pending", "run-b:1-1")]
    public async Task A_row_that_cannot_be_read_keeps_nobody_else_from_being_told(string partition, string row)
    {
        await _app.App.MakeUnreadableAsync(StorageTable.Notifications, partition, row);
        await _app.CreateAsync("run-a");
        await _app.RaiseAsync("run-a");

        await _app.DispatchAsync();
        await _app.DispatchAsync();

        Assert.Equal(["escalation.raised run-a:ingest_stale"], _app.HookTold);
        Assert.Equal(["trigger run-a:ingest_stale"], _app.PagerTold);
        Assert.Equal(0, (int)(await _app.FleetAsync())["notifications"]!["pendingMarkers"]!);
    }

    [Fact]
    public async Task A_run_whose_alert_cannot_be_read_is_told_once_it_can_be()
    {
        await _app.App.MakeUnreadableAsync(StorageTable.Notifications, "board", "alert-run-a:ingest_stale");
        await _app.CreateAsync("run-a");
        await _app.RaiseAsync("run-a");
        await _app.DispatchAsync();
        Assert.Empty(_app.HookTold);
        Assert.Equal(1, (int)(await _app.FleetAsync())["notifications"]!["pendingMarkers"]!);

        await _app.App.Storage.Rows.WriteAsync(
            StorageTable.Notifications, "board", [RowWrite.Delete("alert-run-a:ingest_stale", RowWrite.AnyTag)], default);
        await _app.DispatchAsync();

        Assert.Equal(["escalation.raised run-a:ingest_stale"], _app.HookTold);
    }

    [Fact]
    public async Task A_deleted_run_is_told_as_over()
    {
        await _app.CreateAsync("run-a");
        await _app.RaiseAsync("run-a");
        await _app.DispatchAsync();

        await _app.App.Storage.Notifications.EndRunAsync(OpsManager.Core.Runs.RunId.Parse("run-a"), _app.App.Time.GetUtcNow(), default);
        await _app.DispatchAsync();

        Assert.Equal("resolve run-a:ingest_stale", _app.PagerTold[^1]);
    }

    [Fact]
    public async Task Without_sinks_nothing_is_kept_and_the_fleet_view_says_so()
    {
        await using var app = await TellingApp.StartAsync(settings: new Dictionary<string, string?> { ["Escalations:SinksFile"] = string.Empty });
        await app.CreateAsync("run-a");
        await app.RaiseAsync("run-a");

        await app.DispatchAsync();

        Assert.Empty((await app.App.Storage.Notifications.ReadBoardAsync(default)).Alerts);
        Assert.Empty(await app.App.Storage.Notifications.ListMarkersAsync(10, default));
        var notifications = (await app.FleetAsync())["notifications"]!;
        Assert.False((bool)notifications["configured"]!);
        Assert.Single((await app.EscalationsAsync("run-a")).AsArray());
    }

    [Fact]
    public async Task Of_several_dispatchers_one_sends()
    {
        await _app.CreateAsync("run-a");
        await _app.RaiseAsync("run-a");
        using var second = ActivatorUtilitiesDispatcher();

        await Task.WhenAll(_app.DispatchAsync(), second.RunAsync(default));
        await _app.DispatchAsync();

        Assert.Single(_app.Hook.Received);
    }

    private static string CriticalToPagerAlone(string hook, string pager) => $$"""
        {
          "sinks": [
            { "name": "hook", "type": "webhook", "url": "{{hook}}hook", "signingSecret": "signing" },
            { "name": "pager", "type": "pagerduty", "url": "{{pager}}v2/enqueue", "routingKeySecret": "pager_key" }
          ],
          "routes": [{ "match": { "severities": ["critical"] }, "sinks": ["pager"] }],
          "defaults": { "minimumSeverity": "warning", "sinks": ["hook"] }
        }
        """;

    private NotificationDispatcher ActivatorUtilitiesDispatcher() =>
        Microsoft.Extensions.DependencyInjection.ActivatorUtilities.CreateInstance<NotificationDispatcher>(_app.App.Get<IServiceProvider>());
}
