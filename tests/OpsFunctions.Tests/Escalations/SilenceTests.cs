using System.Text.Json.Nodes;
using OpsFunctions.Escalations;
using OpsFunctions.Http;
using OpsFunctions.Tests.Support;

namespace OpsFunctions.Tests.Escalations;

public sealed class SilenceTests : IAsyncLifetime
{
    private TellingApp _app = null!;

    public async Task InitializeAsync() => _app = await TellingApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task What_is_silenced_is_recorded_and_shown_and_sent_when_the_silence_ends()
    {
        await _app.CreateAsync("run-a");
        var silence = (await _app.SilenceAsync(Silence(hours: 1, ("reasonCode", "ingest_stale")))).Json;
        await _app.RaiseAsync("run-a");
        var report = await _app.DispatchAsync();

        Assert.Empty(_app.Hook.Received);
        Assert.Equal((1, DateTimeOffset.Parse((string)silence["expiresAt"]!)), (report.Held, report.NextAt));
        var row = (await _app.EscalationsAsync("run-a"))[0]!;
        Assert.Equal((string?)silence["id"], (string?)row["silencedBy"]);
        var notifications = (await _app.FleetAsync())["notifications"]!;
        Assert.Equal((1, 1), ((int)notifications["held"]!, (int)notifications["activeSilences"]!));

        _app.App.Time.Advance(TimeSpan.FromHours(1));
        await _app.DispatchAsync();

        Assert.Equal(["escalation.raised run-a:ingest_stale"], _app.HookTold);
        Assert.Null((await _app.EscalationsAsync("run-a"))[0]!["silencedBy"]);
    }

    [Fact]
    public async Task What_is_over_before_the_silence_ends_is_never_sent()
    {
        await _app.CreateAsync("run-a");
        await _app.SilenceAsync(Silence(hours: 1, ("runId", "run-a")));
        await _app.RaiseAsync("run-a");
        await _app.DispatchAsync();
        await _app.ResolveAsync("run-a");
        await _app.DispatchAsync();
        _app.App.Time.Advance(TimeSpan.FromHours(2));
        await _app.DispatchAsync();

        Assert.Empty(_app.Hook.Received);
    }

    [Fact]
    public async Task The_end_of_what_was_told_before_is_told_during_a_silence()
    {
        await _app.CreateAsync("run-a");
        await _app.RaiseAsync("run-a");
        await _app.DispatchAsync();
        await _app.SilenceAsync(Silence(hours: 1, ("runId", "run-a")));
        await _app.ResolveAsync("run-a");
        await _app.DispatchAsync();

        Assert.Equal("resolve run-a:ingest_stale", _app.PagerTold[^1]);
    }

    [Fact]
    public async Task A_silence_that_is_removed_lets_what_is_open_through()
    {
        await _app.CreateAsync("run-a");
        var id = (string)(await _app.SilenceAsync(Silence(hours: 1, ("category", "runtime")))).Json["id"]!;
        await _app.RaiseAsync("run-a");
        await _app.DispatchAsync();

        Assert.Equal(204, (await _app.DeleteSilenceAsync(id)).Status);
        Assert.Equal("silence_not_found", (await _app.DeleteSilenceAsync(id)).Code);
        await _app.DispatchAsync();

        Assert.Single(_app.Hook.Received);
    }

    [Fact]
    public async Task A_mute_that_is_taken_back_lets_what_is_open_through()
    {
        await _app.CreateAsync("run-a");
        await MuteAsync("run-a", hours: 1);
        await _app.RaiseAsync("run-a");
        await _app.DispatchAsync();
        Assert.Empty(_app.Hook.Received);

        await MuteAsync("run-a", hours: null);
        await _app.App.Get<NotificationSignal>().WaitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token);
        await _app.DispatchAsync();

        Assert.Equal(["escalation.raised run-a:ingest_stale"], _app.HookTold);
    }

    [Fact]
    public async Task A_mute_that_is_extended_holds_what_is_open_until_its_new_end()
    {
        await _app.CreateAsync("run-a");
        await MuteAsync("run-a", hours: 1);
        await _app.RaiseAsync("run-a");
        await _app.DispatchAsync();
        await MuteAsync("run-a", hours: 3);
        await _app.DispatchAsync();

        _app.App.Time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, (await _app.DispatchAsync()).Held);
        Assert.Empty(_app.Hook.Received);

        _app.App.Time.Advance(TimeSpan.FromHours(1));
        await _app.DispatchAsync();
        Assert.Single(_app.Hook.Received);
    }

    [Fact]
    public async Task Only_what_matches_is_silenced()
    {
        await _app.CreateAsync("run-a", "run-b");
        await _app.SilenceAsync(Silence(hours: 1, ("runId", "run-a"), ("reasonCode", "clock_skew")));
        await _app.RaiseAsync("run-a", "ingest_stale");
        await _app.RaiseAsync("run-b", "clock_skew");

        await _app.DispatchAsync();

        Assert.Equal(["escalation.raised run-a:ingest_stale", "escalation.raised run-b:clock_skew"], _app.HookTold.Order());
    }

    [Fact]
    public async Task Silences_are_listed_newest_first_and_by_whether_they_are_in_force()
    {
        await _app.SilenceAsync(Silence(hours: 1, ("workspace", "one")));
        _app.App.Time.Advance(TimeSpan.FromMinutes(61));
        await _app.SilenceAsync(Silence(hours: 1, ("label", "team=payments")));

        var all = await ListAsync(string.Empty);
        var active = await ListAsync("?active=true");

        Assert.Equal(["team=payments", null], all.Select(each => (string?)each!["label"]));
        Assert.Equal([true, false], all.Select(each => (bool)each!["active"]!));
        Assert.Single(active);
    }

    [Theory]
    [InlineData("""{"comment":"x","runId":"run-a"}""", "missing_field", "expiresAt")]
    [InlineData("""{"comment":"x","runId":"run-a","expiresAt":"2029-12-31T23:59:59Z"}""", "invalid_field", "expiresAt")]
    [InlineData("""{"comment":"x","runId":"run-a","expiresAt":"2030-01-31T00:00:01Z"}""", "invalid_field", "expiresAt")]
    [InlineData("""{"comment":"x","runId":"run-a","expiresAt":"tomorrow"}""", "invalid_field", "expiresAt")]
    [InlineData("""{"author":"ann","comment":"x","runId":"run-a","expiresAt":"2030-01-02T00:00:00Z"}""", "unknown_field", "author")]
    [InlineData("""{"comment":" ","runId":"run-a","expiresAt":"2030-01-02T00:00:00Z"}""", "invalid_field", "comment")]
    [InlineData("""{"runId":"run-a","expiresAt":"2030-01-02T00:00:00Z"}""", "missing_field", "comment")]
    [InlineData("""{"comment":"x","expiresAt":"2030-01-02T00:00:00Z"}""", "missing_field", "runId")]
    [InlineData("""{"comment":"x","category":"weather","expiresAt":"2030-01-02T00:00:00Z"}""", "invalid_field", "category")]
    [InlineData("""{"comment":"x","runId":"RUN A","expiresAt":"2030-01-02T00:00:00Z"}""", "invalid_field", "runId")]
    [InlineData("""{"comment":"x","code":"y","expiresAt":"2030-01-02T00:00:00Z"}""", "unknown_field", "code")]
    public async Task A_wrong_silence_is_refused_and_the_field_is_named(string body, string code, string field)
    {
        var answer = await _app.SilenceAsync(JsonNode.Parse(body)!.AsObject());

        Assert.Equal((400, code), (answer.Status, answer.Code));
        Assert.Equal(field, (string?)answer.Json["errors"]![0]!["field"]);
    }

    [Fact]
    public async Task A_silence_of_thirty_days_is_allowed()
    {
        var answer = await _app.SilenceAsync(Silence(hours: 720, ("runId", "run-a")));

        Assert.Equal(201, answer.Status);
        Assert.EndsWith($"/api/silences/{answer.Json["id"]}", answer.Headers.Location.ToString(), StringComparison.Ordinal);
    }

    private async Task MuteAsync(string id, int? hours)
    {
        var head = await _app.App.HeadAsync(id);
        var body = new JsonObject { ["muteUntil"] = hours is { } ahead ? _app.App.Time.GetUtcNow().AddHours(ahead).ToString("O") : null };
        var request = _app.App.Request("PATCH", $"/api/runs/{id}/policy", body, [.. TellingApp.By("ann"), ("If-Match", $"\"{head.Revision}\"")]);
        Assert.Equal(200, (await Answer.OfAsync(_app.App.Get<PolicyFunctions>().PatchAsync(request, _app.App.Client, id), request)).Status);
    }

    private JsonObject Silence(int hours, params (string Name, string Value)[] matchers)
    {
        var body = new JsonObject
        {
            ["comment"] = "maintenance",
            ["expiresAt"] = _app.App.Time.GetUtcNow().AddHours(hours).ToString("O"),
        };
        foreach (var (name, value) in matchers)
        {
            body[name] = value;
        }

        return body;
    }

    private async Task<JsonArray> ListAsync(string query) =>
        (await _app.GetAsync("/api/silences" + query, _app.App.Get<SilencesFunctions>().ListAsync)).Json["value"]!.AsArray();
}
