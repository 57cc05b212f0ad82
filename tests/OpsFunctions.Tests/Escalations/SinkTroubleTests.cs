using Microsoft.AspNetCore.Http;
using OpsManager.Storage.InMemory;
using OpsManager.Testing.Http;

namespace OpsFunctions.Tests.Escalations;

/// <summary>A sink that fails: it is left alone for a while, shown, and in nobody's way.</summary>
public sealed class SinkTroubleTests : IAsyncLifetime
{
    private TellingApp _app = null!;

    public async Task InitializeAsync() => _app = await TellingApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_failing_sink_is_shown_with_what_waits_for_it_and_does_not_keep_others_from_theirs()
    {
        _app.Hook.AnswerWith(503);
        await _app.CreateAsync("run-a", "run-b");
        await _app.RaiseAsync("run-a", "ingest_stale");
        await _app.RaiseAsync("run-b", "clock_skew");
        await _app.DispatchAsync();

        Assert.Single(_app.Hook.Received);
        Assert.Equal(2, _app.Pager.Received.Count);
        var (hook, pager) = await SinksAsync();
        Assert.Equal(("failing", "http_503", 2), ((string?)hook["status"], (string?)hook["lastErrorCode"], (int)hook["pending"]!));
        Assert.NotNull(hook["failingSince"]);
        Assert.Equal(("ok", 0), ((string?)pager["status"], (int)pager["pending"]!));

        _app.Hook.AnswerWith(200);
        _app.App.Time.Advance(TimeSpan.FromSeconds(5));
        await _app.DispatchAsync();

        Assert.Equal(3, _app.Hook.Received.Count);
        Assert.Equal("ok", (string?)(await SinksAsync()).Hook["status"]);
        Assert.Equal(2, _app.Pager.Received.Count);
    }

    [Fact]
    public async Task Pauses_double_and_the_sink_is_not_called_during_them()
    {
        _app.Hook.AnswerWith(500);
        await _app.CreateAsync("run-a");
        await _app.RaiseAsync("run-a");
        await _app.DispatchAsync();
        foreach (var pause in new[] { 5, 10, 20, 40 })
        {
            var before = _app.Hook.Received.Count;
            _app.App.Time.Advance(TimeSpan.FromSeconds(pause - 1));
            await _app.DispatchAsync();
            Assert.Equal(before, _app.Hook.Received.Count);
            _app.App.Time.Advance(TimeSpan.FromSeconds(1));
            await _app.DispatchAsync();
            Assert.Equal(before + 1, _app.Hook.Received.Count);
        }

        Assert.Single(_app.Hook.Received.Select(post => post.Headers["webhook-id"]).Distinct());
    }

    [Fact]
    public async Task A_sink_that_asks_for_patience_gets_it()
    {
        _app.Hook.AnswerWith(429, ("Retry-After", "120"));
        await _app.CreateAsync("run-a");
        await _app.RaiseAsync("run-a");
        var report = await _app.DispatchAsync();
        Assert.Equal(TimeSpan.FromSeconds(120), report.NextAt - _app.App.Time.GetUtcNow());

        _app.App.Time.Advance(TimeSpan.FromSeconds(119));
        await _app.DispatchAsync();
        Assert.Single(_app.Hook.Received);
        _app.App.Time.Advance(TimeSpan.FromSeconds(1));
        await _app.DispatchAsync();
        Assert.Equal(2, _app.Hook.Received.Count);
    }

    [Fact]
    public async Task What_a_sink_refuses_is_parked_and_shown_and_its_end_is_still_offered()
    {
        _app.Pager.AnswerWith(400);
        await _app.CreateAsync("run-a");
        await _app.RaiseAsync("run-a");
        await _app.DispatchAsync();
        _app.App.Time.Advance(TimeSpan.FromHours(1));
        await _app.DispatchAsync();

        Assert.Single(_app.Pager.Received);
        var pager = (await SinksAsync()).Pager;
        Assert.Equal((1, 0, "http_400"), ((int)pager["parked"]!, (int)pager["pending"]!, (string?)pager["lastErrorCode"]));

        _app.Pager.AnswerWith(202);
        await _app.ResolveAsync("run-a");
        await _app.DispatchAsync();
        Assert.Equal(0, (int)(await SinksAsync()).Pager["parked"]!);
    }

    [Fact]
    public async Task A_message_that_a_sink_chokes_on_does_not_keep_it_from_others()
    {
        _app.Hook.Answer = async context =>
        {
            context.Response.StatusCode = _app.Hook.Received.Last().Body.Contains("run-bad", StringComparison.Ordinal) ? 500 : 200;
            await Task.CompletedTask;
        };
        await _app.CreateAsync("run-bad", "run-good");
        await _app.RaiseAsync("run-bad", "ingest_stale");
        await _app.DispatchAsync();
        await _app.RaiseAsync("run-good", "clock_skew");
        _app.App.Time.Advance(TimeSpan.FromMinutes(1));
        await _app.DispatchAsync();

        Assert.Contains("escalation.raised run-good:clock_skew", _app.HookTold);
    }

    [Fact]
    public async Task After_a_day_a_message_is_given_up_and_shown()
    {
        _app.Hook.AnswerWith(500);
        await _app.CreateAsync("run-a");
        await _app.RaiseAsync("run-a");
        await _app.DispatchAsync();
        _app.App.Time.Advance(TimeSpan.FromHours(24));

        var report = await _app.DispatchAsync();

        Assert.Equal(1, report.Parked);
        Assert.Equal(1, (int)(await SinksAsync()).Hook["parked"]!);
        Assert.Single(_app.Hook.Received);
    }

    [Fact]
    public async Task A_missing_secret_is_named_and_never_stops_the_others()
    {
        await using var app = await TellingApp.StartAsync(settings: new Dictionary<string, string?> { ["Escalations:Secrets:pager_key"] = null });
        await app.CreateAsync("run-a");
        await app.RaiseAsync("run-a");

        await app.DispatchAsync();

        Assert.Single(app.Hook.Received);
        var pager = (await app.FleetAsync())["notifications"]!["sinks"]![1]!;
        Assert.Equal("secret_missing", (string?)pager["lastErrorCode"]);
        Assert.Contains("Escalations:Secrets:pager_key", (string?)pager["lastErrorDetail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_secret_is_stored_or_shown()
    {
        _app.Pager.Answer = async context =>
        {
            context.Response.StatusCode = 400;
            await context.Response.WriteAsync("""{"errors":["routing_key 0123456789abcdef0123456789abcdef is unknown"]}""");
        };
        await _app.CreateAsync("run-a");
        await _app.RaiseAsync("run-a");
        await _app.DispatchAsync();

        var board = await _app.App.Storage.Notifications.ReadBoardAsync(default);
        var fleet = (await _app.FleetAsync()).ToJsonString();
        Assert.Contains("***", fleet, StringComparison.Ordinal);
        foreach (var text in new[] { fleet, System.Text.Json.JsonSerializer.Serialize(board) })
        {
            Assert.DoesNotContain("0123456789abcdef", text, StringComparison.Ordinal);
            Assert.DoesNotContain(TellingApp.SigningSecret, text, StringComparison.Ordinal);
        }
    }

    private async Task<(System.Text.Json.Nodes.JsonNode Hook, System.Text.Json.Nodes.JsonNode Pager)> SinksAsync()
    {
        var sinks = (await _app.FleetAsync())["notifications"]!["sinks"]!;
        return (sinks[0]!, sinks[1]!);
    }
}
