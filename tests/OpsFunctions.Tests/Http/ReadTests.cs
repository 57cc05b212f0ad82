using System.Text.Json.Nodes;
using OpsFunctions.Http;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Decisions;
using OpsManager.Core.Escalations;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Http;

public sealed class ReadTests : IDisposable
{
    private readonly AppFixture _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task A_run_shows_what_an_operator_needs()
    {
        await _app.CreateAsync();
        _app.Adapter.Failure = "transport_unreachable";
        await _app.PollAsync(1);

        var answer = await GetRunAsync("run-sample");

        Assert.Equal(200, answer.Status);
        Assert.Equal("pending", answer.Json["state"]!.GetValue<string>());
        Assert.False(answer.Json["ended"]!.GetValue<bool>());
        Assert.Equal("failing", answer.Json["transport"]!["status"]!.GetValue<string>());
        Assert.Equal("transport_unreachable", answer.Json["transport"]!["failureCode"]!.GetValue<string>());
        Assert.Equal("healthy", answer.Json["health"]!["verdict"]!.GetValue<string>());
        Assert.Equal(Enum.GetValues<IntentVerb>().Length, answer.Json["allowedActions"]!.AsArray().Count);
        Assert.Empty(answer.Json["openIntents"]!.AsArray());
        Assert.Equal("run-sample-g1", answer.Json["engine"]!["instanceId"]!.GetValue<string>());
        Assert.Equal("https://ops.test/api/runs/run-sample/events", answer.Json["links"]!["events"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_ETag_is_the_revision_and_polling_does_not_change_it()
    {
        await _app.CreateAsync();
        await _app.PollAsync(1);
        var etag = (await GetRunAsync("run-sample")).Headers.ETag.ToString();
        await _app.PollAsync(2);

        var current = await GetRunAsync("run-sample", ("If-None-Match", $"\"other\", W/{etag}"));
        var stale = await GetRunAsync("run-sample", ("If-None-Match", "\"0\""));

        Assert.Equal((304, string.Empty, etag), (current.Status, current.Text, current.Headers.ETag.ToString()));
        Assert.Equal(200, stale.Status);
    }

    [Fact]
    public async Task What_time_alone_changes_is_not_hidden_behind_an_unchanged_ETag()
    {
        await _app.CreateAsync();
        var before = await GetRunAsync("run-sample");
        _app.Time.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(304, (await GetRunAsync("run-sample", ("If-None-Match", before.Headers.ETag.ToString()))).Status);

        // The start deadline is due, and nobody has decided on it yet.
        _app.Time.Advance(TimeSpan.FromMinutes(1));
        var due = await GetRunAsync("run-sample", ("If-None-Match", before.Headers.ETag.ToString()));
        var again = await GetRunAsync("run-sample", ("If-None-Match", due.Headers.ETag.ToString()));

        Assert.Equal((200, "start_deadline_exceeded"), (due.Status, due.Json["attention"]!["code"]!.GetValue<string>()));
        Assert.Equal(before.Json["revision"]!.GetValue<long>(), due.Json["revision"]!.GetValue<long>());
        Assert.NotEqual(before.Headers.ETag.ToString(), due.Headers.ETag.ToString());
        Assert.Equal((304, due.Headers.ETag.ToString()), (again.Status, again.Headers.ETag.ToString()));
    }

    [Theory]
    [InlineData("run-nobody")]
    [InlineData("..")]
    [InlineData("UPPER")]
    public async Task An_unknown_run_is_not_found(string runId)
    {
        Assert.Equal("run_not_found", (await GetRunAsync(runId)).Code);
        Assert.Equal("run_not_found", (await EventsAsync("", runId)).Code);
    }

    [Fact]
    public async Task A_parameter_that_is_not_known_is_refused()
    {
        var request = _app.Request("GET", "/api/runs?stat=running&code=key");

        var answer = await Answer.OfAsync(_app.Get<RunsFunctions>().ListAsync(request), request);

        Assert.Equal((400, "unknown_field", "stat"), (answer.Status, answer.Code, answer.Json["errors"]![0]!["field"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("state=done")]
    [InlineData("health=fine")]
    [InlineData("needsAttention=1")]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=5&limit=6")]
    public async Task A_filter_outside_its_words_is_refused(string query)
    {
        Assert.Equal("invalid_field", (await ListAsync(query)).Code);
    }

    [Fact]
    public async Task The_list_is_paged_newest_first_by_absolute_links_bound_to_the_filter()
    {
        for (var i = 0; i < 5; i++)
        {
            await _app.CreateAsync($"run-{i}", sprite: $"sprite-{i}");
        }

        var names = new List<string>();
        var query = "state=pending&limit=2";
        string? first = null;
        while (true)
        {
            var page = (await ListAsync(query)).Json;
            names.AddRange(page["value"]!.AsArray().Select(run => run!["runId"]!.GetValue<string>()));
            if (page["nextLink"]?.GetValue<string>() is not { } next)
            {
                break;
            }

            Assert.StartsWith("https://ops.test/api/runs?", next, StringComparison.Ordinal);
            query = new Uri(next).Query[1..];
            first ??= query;
        }

        Assert.Equal(5, names.Distinct().Count());
        Assert.Equal("invalid_continuation", (await ListAsync(first!.Replace("pending", "running", StringComparison.Ordinal))).Code);
        Assert.Equal("invalid_continuation", (await ListAsync("continuation=bm9uZQ")).Code);
    }

    [Fact]
    public async Task Events_are_paged_by_cursors_and_none_is_lost_for_any_page_size()
    {
        await StoreEventsAsync(23);
        foreach (var limit in new[] { 1, 7, 23, 500 })
        {
            var sequences = new List<long>();
            var query = $"limit={limit}";
            while (true)
            {
                var page = (await EventsAsync(query)).Json;
                sequences.AddRange(page["value"]!.AsArray().Select(stored => stored!["sequence"]!.GetValue<long>()));
                if (page["nextLink"]?.GetValue<string>() is not { } next)
                {
                    break;
                }

                query = new Uri(next).Query[1..];
            }

            Assert.Equal(Enumerable.Range(1, 23).Select(number => (long)number), sequences);
        }
    }

    [Fact]
    public async Task An_event_shows_its_envelope_as_received()
    {
        await StoreEventsAsync(1);

        var stored = (await EventsAsync("")).Json["value"]![0]!;

        Assert.Equal("loop_run_event", stored["envelope"]!["envelopeType"]!.GetValue<string>());
        Assert.Equal(stored["cursor"]!.GetValue<string>(), (await EventsAsync("")).Json["cursor"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("after=!!!", 400, "malformed_cursor")]
    [InlineData("after=MS5ydW4tc2FtcGxlLng", 400, "malformed_cursor")]
    [InlineData("limit=501", 400, "invalid_field")]
    [InlineData("waitSeconds=31", 400, "invalid_field")]
    public async Task A_wrong_cursor_or_bound_is_refused(string query, int status, string code)
    {
        await StoreEventsAsync(1);
        var answer = await EventsAsync(query);

        Assert.Equal((status, code), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_cursor_that_cannot_be_served_is_gone_and_names_the_snapshot()
    {
        await StoreEventsAsync(3);
        var head = await _app.HeadAsync();
        foreach (var cursor in new[]
        {
            EventCursor.After(head, 0) with { RunId = RunId.Parse("run-other") },
            EventCursor.After(head, 0) with { Epoch = 1 },
            EventCursor.After(head, 4),
        })
        {
            var answer = await EventsAsync($"after={cursor}");
            Assert.Equal((410, "cursor_gone"), (answer.Status, answer.Code));
            Assert.Equal("https://ops.test/api/runs/run-sample/snapshot", answer.Json["links"]!["snapshot"]!.GetValue<string>());
        }
    }

    [Fact]
    public async Task A_long_poll_waits_for_the_next_event()
    {
        await StoreEventsAsync(2);
        var cursor = EventCursor.After(await _app.HeadAsync(), 2);
        var waiting = EventsAsync($"after={cursor}&waitSeconds=30");
        _app.Adapter.Log("role_start");
        await _app.PollAsync(2);

        var answer = await _app.PassTimeUntilAsync(waiting);

        Assert.Equal(3, answer.Json["value"]![0]!["sequence"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_long_poll_ends_in_time_without_events()
    {
        await StoreEventsAsync(2);
        _app.Time.FollowsDelays = true;
        var began = _app.Time.GetUtcNow();

        var answer = await EventsAsync($"after={EventCursor.After(await _app.HeadAsync(), 2)}&waitSeconds=5");

        Assert.Equal(200, answer.Status);
        Assert.Empty(answer.Json["value"]!.AsArray());
        Assert.False(answer.Json["ended"]!.GetValue<bool>());
        Assert.Equal(TimeSpan.FromSeconds(5), _app.Time.GetUtcNow() - began);
    }

    [Fact]
    public async Task Waiting_requests_are_bounded()
    {
        using var app = new AppFixture(new Dictionary<string, string?> { ["Api:MaxWaiters"] = "1" });
        await app.CreateAsync();
        using var place = app.Get<EventWaiters>().Polls.TryEnter();
        var request = app.Request("GET", "/api/runs/run-sample/events?waitSeconds=5");

        var answer = await Answer.OfAsync(app.Get<EventsFunctions>().ListAsync(request, "run-sample"), request);

        Assert.Equal((503, "too_many_waiters", "2"), (answer.Status, answer.Code, answer.Headers.RetryAfter.ToString()));
    }

    [Fact]
    public async Task A_stream_sends_events_with_cursors_keeps_alive_and_closes_in_time()
    {
        await StoreEventsAsync(2);
        _app.Time.FollowsDelays = true;
        var began = _app.Time.GetUtcNow();

        var answer = await EventsAsync("", "run-sample", ("Accept", "text/event-stream"));

        Assert.Equal(TimeSpan.FromSeconds(200), _app.Time.GetUtcNow() - began);

        Assert.StartsWith("text/event-stream", answer.Headers.ContentType.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("retry: 1000\n\n", answer.Text, StringComparison.Ordinal);
        Assert.Equal(2, Ids(answer).Length);
        Assert.InRange(answer.Text.Split(": keep-alive\n\n").Length - 1, 12, 13);
        Assert.All(Data(answer), data => Assert.NotNull(JsonNode.Parse(data)!["sequence"]));
    }

    [Fact]
    public async Task A_stream_resumes_after_the_last_id_and_ends_with_the_run()
    {
        await StoreEventsAsync(3);
        _app.Time.FollowsDelays = true;
        var ids = Ids(await EventsAsync("", "run-sample", ("Accept", "text/event-stream")));
        await EndAsync();

        var resumed = await EventsAsync("", "run-sample", ("Accept", "text/event-stream"), ("Last-Event-ID", ids[1]));
        var over = await EventsAsync("", "run-sample", ("Accept", "text/event-stream"), ("Last-Event-ID", ids[2]));

        Assert.Equal([ids[2]], Ids(resumed));
        Assert.EndsWith("event: end\ndata: {\"state\":\"completed\"}\n\n", resumed.Text, StringComparison.Ordinal);
        Assert.Equal(204, over.Status);
    }

    [Fact]
    public async Task Snapshots_are_shown_with_the_cursor_to_go_on_from()
    {
        await _app.CreateAsync();
        Assert.Equal("snapshot_not_found", (await SnapshotAsync()).Code);
        await _app.PollAsync(1);
        _app.Adapter.Log("loop_start", "iteration_start");
        await _app.PollAsync(2);

        var latest = await SnapshotAsync();
        var request = _app.Request("GET", "/api/runs/run-sample/snapshots?limit=1");
        var page = await Answer.OfAsync(_app.Get<SnapshotsFunctions>().ListAsync(request, "run-sample"), request);

        Assert.Equal("loop_run_snapshot", latest.Json["envelope"]!["envelopeType"]!.GetValue<string>());
        Assert.Empty((await EventsAsync($"after={latest.Json["eventCursor"]}")).Json["value"]!.AsArray());
        Assert.Equal(2, page.Json["value"]![0]!["sequence"]!.GetValue<long>());
        Assert.EndsWith("snapshots?before=2&limit=1", page.Json["nextLink"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Transitions_and_escalations_are_paged()
    {
        await StoreEventsAsync(1);
        await EndAsync();
        var transitions = _app.Request("GET", "/api/runs/run-sample/transitions?limit=1");
        var escalations = _app.Request("GET", "/api/runs/run-sample/escalations");

        var steps = (await Answer.OfAsync(_app.Get<TransitionsFunctions>().ListAsync(transitions, "run-sample"), transitions)).Json;
        var told = (await Answer.OfAsync(_app.Get<EscalationsFunctions>().ListAsync(escalations, "run-sample"), escalations)).Json;

        Assert.Equal("completed", steps["value"]![0]!["to"]!.GetValue<string>());
        Assert.Null(steps["nextLink"]);
        Assert.Equal("sample", told["value"]![0]!["code"]!.GetValue<string>());
        Assert.Equal("warning", told["value"]![0]!["severity"]!.GetValue<string>());
    }

    [Fact]
    public async Task Nudges_are_joined_and_say_nothing()
    {
        await _app.CreateAsync();
        var answers = new List<Answer>();
        for (var i = 0; i < 3; i++)
        {
            answers.Add(await NudgeAsync("run-sample"));
        }

        Assert.All(answers, answer => Assert.Equal((202, string.Empty), (answer.Status, answer.Text)));
        Assert.Equal([("run-sample-g1", "wake")], _app.Client.Raised);
        _app.Time.Advance(TimeSpan.FromSeconds(1));
        await NudgeAsync("run-sample");
        Assert.Equal(2, _app.Client.Raised.Count);
        Assert.Equal(404, (await NudgeAsync("run-nobody")).Status);
    }

    [Fact]
    public async Task A_nudge_that_does_not_reach_its_engine_is_noted_all_the_same()
    {
        await _app.CreateAsync();
        _app.Client.Failure = new InvalidOperationException("not found");

        Assert.Equal(202, (await NudgeAsync("run-sample")).Status);
    }

    [Fact]
    public async Task The_fleet_counts_live_runs_and_names_the_oldest_overdue_poll()
    {
        await StoreEventsAsync(1);
        await _app.CreateAsync("run-two", sprite: "sprite-b");
        await _app.PollAsync(1, id: "run-two");
        _app.Time.Advance(TimeSpan.FromMinutes(1));
        var request = _app.Request("GET", "/api/fleet");

        var fleet = (await Answer.OfAsync(_app.Get<FleetFunctions>().GetAsync(request), request)).Json;

        Assert.Equal(2, fleet["live"]!.GetValue<int>());
        Assert.Equal(2, fleet["byState"]!["pending"]!.GetValue<int>());
        Assert.Equal(0, fleet["byState"]!["running"]!.GetValue<int>());
        Assert.Equal(2, fleet["byHealth"]!["healthy"]!.GetValue<int>());
        Assert.True(fleet["oldestOverduePoll"]!["overdueSeconds"]!.GetValue<double>() > 50);
        Assert.False(fleet["truncated"]!.GetValue<bool>());
    }

    private async Task StoreEventsAsync(int count)
    {
        await _app.CreateAsync();
        _app.Adapter.Log(["loop_start", .. Enumerable.Repeat("role_start", count - 1)]);
        await _app.PollAsync(1);
    }

    private async Task EndAsync()
    {
        var head = await _app.HeadAsync();
        var run = head.Run with
        {
            Lifecycle = LifecycleStatus.Ended(LifecycleState.Completed, Samples.Start, null, Quiescence.Proven, "process"),
            TransitionCount = 1,
            EscalationCount = 1,
        };
        var transition = new Transition { Number = 1, At = Samples.Start, From = LifecycleState.Running, To = LifecycleState.Completed, Rule = "sample", Evidence = "sample", By = "runtime" };
        var decision = new Decision(run, [transition], [new Effect.RaiseEscalation(1, "sample", EscalationSeverity.Warning, "sample")], true);
        Assert.IsType<WriteResult.Written>(await _app.Store.ApplyAsync(run.Spec.RunId, head.Engine, new ApplyRequest("1-99", head.Revision, decision), default));
    }

    private Task<Answer> GetRunAsync(string runId, params (string Name, string Value)[] headers)
    {
        var request = _app.Request("GET", $"/api/runs/{runId}", (JsonNode?)null, headers);
        return Answer.OfAsync(_app.Get<RunsFunctions>().GetAsync(request, runId), request);
    }

    private Task<Answer> ListAsync(string query)
    {
        var request = _app.Request("GET", $"/api/runs?{query}");
        return Answer.OfAsync(_app.Get<RunsFunctions>().ListAsync(request), request);
    }

    private Task<Answer> EventsAsync(string query, string runId = "run-sample", params (string Name, string Value)[] headers)
    {
        var request = _app.Request("GET", $"/api/runs/{runId}/events?{query}", (JsonNode?)null, headers);
        return Answer.OfAsync(_app.Get<EventsFunctions>().ListAsync(request, runId), request);
    }

    private Task<Answer> SnapshotAsync()
    {
        var request = _app.Request("GET", "/api/runs/run-sample/snapshot");
        return Answer.OfAsync(_app.Get<SnapshotsFunctions>().GetAsync(request, "run-sample"), request);
    }

    private Task<Answer> NudgeAsync(string runId)
    {
        var request = _app.Request("POST", $"/api/runs/{runId}/nudge");
        return Answer.OfAsync(_app.Get<NudgeFunctions>().NudgeAsync(request, _app.Client, runId), request);
    }

    private static string[] Ids(Answer answer) => [.. Lines(answer, "id: ")];

    private static string[] Data(Answer answer) => [.. Lines(answer, "data: ")];

    private static IEnumerable<string> Lines(Answer answer, string prefix) =>
        answer.Text.Split('\n').Where(line => line.StartsWith(prefix, StringComparison.Ordinal)).Select(line => line[prefix.Length..]);
}
