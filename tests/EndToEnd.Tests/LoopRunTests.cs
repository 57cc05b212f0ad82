using System.Globalization;
using System.Net;
using System.Text.Json;
using EndToEnd.Tests.Hosting;

namespace EndToEnd.Tests;

[Collection(SharedManager.Name)]
public sealed class LoopRunTests(ManagerUnderTest manager)
{
    private OpsClient Client => manager.Client;

    [Fact]
    public async Task A_run_attached_before_the_loop_starts_goes_from_pending_to_completed()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        loop.MoveTo("00-initialised");
        var runId = await StartAsync("pending-to-completed", adapter.Endpoint);
        Assert.Equal("pending", (await Client.GetAsync($"/api/runs/{runId}")).Json.GetProperty("state").GetString());

        loop.MoveTo("01-iter1-planner");
        await Client.AwaitStateAsync(runId, "running");
        loop.MoveTo("03-iter2-implementer");
        await Client.AwaitRunAsync(runId, run => run.GetProperty("progress").GetProperty("totalIterations").GetInt64() == 2);
        loop.MoveTo("04-complete");
        var run = await Client.AwaitStateAsync(runId, "completed");

        Assert.Equal("proven", run.GetProperty("quiescent").GetString());
        var states = (await Client.GetAsync($"/api/runs/{runId}/transitions")).Json.GetProperty("value").EnumerateArray().Select(step => step.GetProperty("to").GetString());
        Assert.Equal(["pending", "running", "completed"], states);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(500)]
    public async Task Events_are_the_log_from_the_base_line_every_line_once_and_in_order(int pageSize)
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);

        // Two runs are in this log; an attached Loop Run begins at the second one's loop_start.
        loop.MoveTo("06-rerun-complete");
        var runId = await StartAsync($"events-by-{pageSize}", adapter.Endpoint);
        await Client.AwaitStateAsync(runId, "completed");

        AssertEventsAreTheLog(loop.LogFrom(50), await Client.ReadEventsAsync(runId, pageSize));
    }

    [Fact]
    public async Task A_long_poll_answers_when_an_event_comes()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        loop.MoveTo("00-initialised");
        var runId = await StartAsync("long-poll", adapter.Endpoint);

        var waiting = Client.GetAsync($"/api/runs/{runId}/events?waitSeconds=30");
        loop.MoveTo("01-iter1-planner");
        await Client.PostAsync($"/api/runs/{runId}/nudge");
        var page = await waiting;

        Assert.Equal("loop_start", page.Json.GetProperty("value")[0].GetProperty("envelope").GetProperty("event").GetProperty("name").GetString());
    }

    [Fact]
    public async Task An_event_stream_resumes_after_the_last_event_id()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        loop.MoveTo("04-complete");
        var runId = await StartAsync("event-stream", adapter.Endpoint);
        await Client.AwaitStateAsync(runId, "completed");

        var first = await ReadStreamAsync(runId, lastEventId: null, events: 10);
        var second = await ReadStreamAsync(runId, first[^1].Id, events: 10);

        var log = loop.LogFrom(0);
        Assert.Equal(
            log.Take(20).Select(line => line.GetProperty("event").GetString()),
            first.Concat(second).Select(message => message.Data.GetProperty("envelope").GetProperty("event").GetProperty("name").GetString()));
    }

    [Fact]
    public async Task A_cursor_of_another_run_is_gone_and_names_the_snapshot()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        loop.MoveTo("04-complete");
        var one = await StartAsync("cursor-of-one", adapter.Endpoint);
        await Client.AwaitStateAsync(one, "completed");
        var other = await StartAsync("cursor-of-other", adapter.Endpoint);
        await Client.AwaitStateAsync(other, "completed");
        var cursor = (await Client.GetAsync($"/api/runs/{one}/events?limit=5")).Json.GetProperty("cursor").GetString()!;

        var answer = await Client.GetAsync($"/api/runs/{other}/events?after={Uri.EscapeDataString(cursor)}");

        Assert.Equal(HttpStatusCode.Gone, answer.Status);
        Assert.Equal("cursor_gone", answer.Code);
        Assert.Contains($"/api/runs/{other}/snapshot", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_snapshot_is_the_adapters_envelope()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        loop.MoveTo("04-complete");
        var runId = await StartAsync("snapshot", adapter.Endpoint);
        await Client.AwaitStateAsync(runId, "completed");

        var snapshot = (await Client.GetAsync($"/api/runs/{runId}/snapshot")).Json;

        Assert.Contains("\"envelopeType\":\"loop_run_snapshot\"", snapshot.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"eventLineCount\":50", snapshot.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_waits_for_a_decision_says_so_and_needs_attention()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("approval-approve", adapter.Repository);
        loop.MoveTo("01-running");
        var runId = await StartAsync("approval", adapter.Endpoint);
        await Client.AwaitStateAsync(runId, "running");
        loop.MoveTo("02-awaiting-approval");
        await Client.AwaitStateAsync(runId, "awaiting_approval");

        await Eventually.TrueAsync(
            async () => (await Client.GetAsync("/api/runs?needsAttention=true&limit=100")).Json.GetProperty("value").EnumerateArray().Any(item => item.GetProperty("runId").GetString() == runId),
            () => "the run is not listed as needing attention");
        loop.MoveTo("04-approved-not-consumed");
        await Client.AwaitStateAsync(runId, "awaiting_relaunch");
        loop.MoveTo("06-consumed-complete");
        var run = await Client.AwaitStateAsync(runId, "completed");
        Assert.Equal(2, run.GetProperty("progress").GetProperty("attempt").GetInt32());
    }

    [Fact]
    public async Task The_list_pages_from_the_newest_and_binds_its_continuation_to_the_filter()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        loop.MoveTo("04-complete");
        var workspace = "list-" + Guid.NewGuid().ToString("N");
        var started = new List<string>();
        for (var number = 0; number < 3; number++)
        {
            var body = OpsClient.StartRequest(Unique("list"), adapter.Endpoint);
            body["workspace"] = workspace;
            started.Add((await Client.StartRunAsync(body)).Json.GetProperty("runId").GetString()!);
        }

        var first = (await Client.GetAsync($"/api/runs?workspace={workspace}&limit=2")).Json;
        var next = new Uri(first.GetProperty("nextLink").GetString()!);
        var second = (await Client.GetAsync(next.PathAndQuery)).Json;
        var foreign = await Client.GetAsync(next.PathAndQuery.Replace(workspace, "another", StringComparison.Ordinal));

        Assert.Equal(
            Enumerable.Reverse(started),
            first.GetProperty("value").EnumerateArray().Concat(second.GetProperty("value").EnumerateArray()).Select(item => item.GetProperty("runId").GetString()));
        Assert.False(second.TryGetProperty("nextLink", out _));
        Assert.Equal(HttpStatusCode.BadRequest, foreign.Status);
    }

    [Fact]
    public async Task An_unchanged_run_is_not_sent_twice()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        loop.MoveTo("04-complete");
        var runId = await StartAsync("etag", adapter.Endpoint);
        await Client.AwaitStateAsync(runId, "completed");
        var etag = (await Client.GetAsync($"/api/runs/{runId}")).Headers["ETag"];

        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/runs/{runId}");
        request.Headers.TryAddWithoutValidation("If-None-Match", etag);

        Assert.Equal(HttpStatusCode.NotModified, (await Client.SendAsync(request)).Status);
    }

    internal static void AssertEventsAreTheLog(IReadOnlyList<JsonElement> log, IReadOnlyList<JsonElement> events)
    {
        Assert.Equal(Enumerable.Range(1, log.Count).Select(number => (long)number), events.Select(item => item.GetProperty("sequence").GetInt64()));
        Assert.All(log.Zip(events), pair => Assert.True(
            JsonElement.DeepEquals(pair.First, pair.Second.GetProperty("envelope").GetProperty("event").GetProperty("raw")),
            $"logged {pair.First}\nserved {pair.Second}"));
    }

    private static string Unique(string name) => string.Create(CultureInfo.InvariantCulture, $"{name}-{Guid.NewGuid():N}")[..Math.Min(60, name.Length + 13)];

    private async Task<string> StartAsync(string name, Uri endpoint)
    {
        var answer = await Client.StartRunAsync(OpsClient.StartRequest(Unique(name), endpoint));
        Assert.True(answer.Status == HttpStatusCode.Accepted, $"{answer.Status}: {answer.Text}");
        return answer.Json.GetProperty("runId").GetString()!;
    }

    private async Task<IReadOnlyList<(string Id, JsonElement Data)>> ReadStreamAsync(string runId, string? lastEventId, int events)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/runs/{runId}/events");
        request.Headers.Accept.ParseAdd("text/event-stream");
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        using var response = await Client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var stream = await response.Content.ReadAsStreamAsync();
        var messages = new List<(string, JsonElement)>();
        await foreach (var message in System.Net.ServerSentEvents.SseParser.Create(stream).EnumerateAsync())
        {
            messages.Add((message.EventId!, JsonElement.Parse(message.Data)));
            if (messages.Count == events)
            {
                break;
            }
        }

        return messages;
    }
}
