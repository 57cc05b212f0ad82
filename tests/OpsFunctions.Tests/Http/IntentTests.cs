using System.Globalization;
using System.Text.Json.Nodes;
using OpsFunctions.Http;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Http;

public sealed class IntentTests : IDisposable
{
    private const string Id = "run-sample";

    private readonly AppFixture _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task What_the_state_allows_is_accepted_stored_and_the_engine_woken()
    {
        await RunningAsync();

        var answer = await AskAsync(Body("pause", "a reason"), ("X-Ops-Actor", "ann"));

        Assert.Equal(202, answer.Status);
        var address = answer.Headers["Operation-Location"].ToString();
        Assert.Equal(address, answer.Headers.Location.ToString());
        Assert.Equal(("pause", "accepted", "ann", "a reason", address), (Text(answer, "verb"), Text(answer, "status"), Text(answer, "by"), Text(answer, "note"), Text(answer, "link")));
        Assert.Equal([("run-sample-g1", "wake")], _app.Client.Raised);
        var stored = Assert.Single((await _app.HeadAsync()).Run.Intents);
        Assert.Equal(stored, await _app.Store.FindIntentAsync(RunId.Parse(Id), stored.Id, default));
        Assert.Equal(Text(answer, "id"), Text(await GetAsync(stored.Id.Value), "id"));
        Assert.Equal(Text(answer, "id"), (await ListAsync()).Json["value"]![0]!["id"]!.GetValue<string>());
        var run = await GetRunAsync();
        Assert.Equal(Text(answer, "id"), run.Json["openIntents"]![0]!["id"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("approve", "no_candidate")]
    [InlineData("resume", "not_paused")]
    [InlineData("relaunch", "no_decision_taken")]
    [InlineData("force_cancel", "cancel_first")]
    public async Task What_the_state_does_not_allow_is_refused_with_what_it_does_allow_and_stores_nothing(string verb, string code)
    {
        var before = await RunningAsync();

        var answer = await AskAsync(Body(verb));

        Assert.Equal((409, code), (answer.Status, answer.Code));
        var allowed = answer.Json["allowedActions"]!.AsArray();
        Assert.Equal(Enum.GetValues<IntentVerb>().Length, allowed.Count);
        Assert.Equal(["pause", "cancel"], allowed.Where(action => action!["allowed"]!.GetValue<bool>()).Select(action => action!["action"]!.GetValue<string>()));
        Assert.Equal(code, allowed.Single(action => action!["action"]!.GetValue<string>() == verb)!["reason"]!.GetValue<string>());
        Assert.Equal(before, await _app.HeadAsync());
        Assert.Empty(_app.Client.Raised);
    }

    [Fact]
    public async Task An_ended_run_takes_nothing_and_a_run_that_is_not_there_is_not_found()
    {
        await RunningAsync();
        await SetAsync(run => run with { Lifecycle = LifecycleStatus.Ended(LifecycleState.Completed, Samples.Start, null, Quiescence.Proven, "process") });

        Assert.Equal("run_ended", (await AskAsync(Body("cancel"))).Code);
        Assert.Equal("nothing_left", (await AskAsync(Body("force_cancel"))).Code);
        var request = _app.Request("POST", "/api/runs/run-nobody/intents", Body("cancel"));
        Assert.Equal("run_not_found", (await Answer.OfAsync(_app.Get<IntentsFunctions>().AskAsync(request, _app.Client, "run-nobody"), request)).Code);
        Assert.Equal("intent_not_found", (await GetAsync("int-nobody")).Code);
        Assert.Equal("intent_not_found", (await GetAsync("..")).Code);
    }

    [Fact]
    public async Task Reaping_an_ended_run_starts_an_engine_of_the_next_generation()
    {
        await RunningAsync();
        await SetAsync(run => run with { Lifecycle = LifecycleStatus.Ended(LifecycleState.Crashed, Samples.Start, null, Quiescence.NotProven, null) });

        Assert.Equal(202, (await AskAsync(Body("force_cancel"))).Status);

        var head = await _app.HeadAsync();
        Assert.Equal((2, LifecycleState.Crashed), (head.Engine.Generation, head.Run.Lifecycle.State));
        Assert.Equal("run-sample-g2", Assert.Single(_app.Client.Started).InstanceId);
        Assert.Equal("already_requested", (await AskAsync(Body("force_cancel"))).Code);
    }

    [Fact]
    public async Task A_signal_that_fails_is_no_error()
    {
        await RunningAsync();
        _app.Client.Failure = new InvalidOperationException("the hub is away");

        Assert.Equal(202, (await AskAsync(Body("pause"))).Status);
        Assert.Single((await _app.HeadAsync()).Run.Intents);
    }

    [Theory]
    [InlineData("{}", "missing_field", "verb")]
    [InlineData("""{"verb":"destroy"}""", "invalid_field", "verb")]
    [InlineData("""{"verb":7}""", "invalid_field", "verb")]
    [InlineData("""{"verb":"pause","notes":"x"}""", "unknown_field", "notes")]
    [InlineData("""{"verb":"pause","note":""}""", "invalid_field", "note")]
    [InlineData("""{"verb":"pause","note":"a\u0000b"}""", "invalid_field", "note")]
    [InlineData("""{"verb":"pause","note":["x"]}""", "invalid_field", "note")]
    [InlineData("""{"verb":"pause","candidate":{"runtimeRunId":"r","iteration":1}}""", "invalid_field", "candidate")]
    [InlineData("""{"verb":"approve","candidate":7}""", "invalid_field", "candidate")]
    [InlineData("""{"verb":"approve","candidate":{"iteration":1}}""", "missing_field", "candidate.runtimeRunId")]
    [InlineData("""{"verb":"approve","candidate":{"runtimeRunId":"r"}}""", "missing_field", "candidate.iteration")]
    [InlineData("""{"verb":"approve","candidate":{"runtimeRunId":"r","iteration":-1}}""", "invalid_field", "candidate.iteration")]
    [InlineData("""{"verb":"approve","candidate":{"runtimeRunId":"r","iteration":1,"requestedAt":"soon"}}""", "invalid_field", "candidate.requestedAt")]
    [InlineData("""{"verb":"approve","candidate":{"runtimeRunId":"r","iteration":1,"loop":"x"}}""", "unknown_field", "candidate.loop")]
    public async Task A_wrong_body_is_refused_with_the_field(string body, string code, string field)
    {
        await RunningAsync();

        var answer = await AskAsync(JsonNode.Parse(body)!.AsObject());

        Assert.Equal((400, code, field), (answer.Status, answer.Code, answer.Json["errors"]![0]!["field"]!.GetValue<string>()));
    }

    [Fact]
    public async Task A_note_of_10_kB_is_refused_and_one_of_4_KiB_is_not()
    {
        await RunningAsync();

        var tooLong = await AskAsync(Body("pause", new string('n', 10_000)));
        var full = await AskAsync(Body("pause", new string('ä', 2048)));

        Assert.Equal((400, "invalid_field", "note"), (tooLong.Status, tooLong.Code, tooLong.Json["errors"]![0]!["field"]!.GetValue<string>()));
        Assert.Equal(202, full.Status);
    }

    [Fact]
    public async Task Half_of_a_surrogate_pair_is_no_text()
    {
        await RunningAsync();
        var request = _app.Request("POST", $"/api/runs/{Id}/intents", """{"verb":"pause","note":"\ud800"}"""u8.ToArray());

        var answer = await Answer.OfAsync(_app.Get<IntentsFunctions>().AskAsync(request, _app.Client, Id), request);

        Assert.Equal((400, "malformed_json"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("")]
    [InlineData("manager")]
    [InlineData("Runtime")]
    [InlineData("policy:stall")]
    [InlineData("Zoë")]
    public async Task Nobody_acts_under_a_name_of_the_managers_own(string actor)
    {
        await RunningAsync();

        var answer = await AskAsync(Body("pause"), ("X-Ops-Actor", actor));

        Assert.Equal((400, "invalid_field", "X-Ops-Actor"), (answer.Status, answer.Code, answer.Json["errors"]![0]!["field"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_same_key_and_body_answer_the_same_intent_as_it_now_stands_and_another_body_is_refused()
    {
        await RunningAsync();
        var first = await AskAsync(Body("pause"), ("Idempotency-Key", "k"));
        await SetAsync(run => run with { Intents = [] }, intent => intent with { Status = IntentStatus.Confirmed });

        var repeat = await AskAsync(Body("pause"), ("Idempotency-Key", "\"k\""), ("If-Match", "\"0\""));
        var other = await AskAsync(Body("cancel"), ("Idempotency-Key", "k"));

        Assert.Equal((202, Text(first, "id"), "confirmed", "true"), (repeat.Status, Text(repeat, "id"), Text(repeat, "status"), repeat.Headers["Idempotency-Replayed"].ToString()));
        Assert.False(first.Headers.ContainsKey("Idempotency-Replayed"));
        Assert.Equal((422, "idempotency_key_reused"), (other.Status, other.Code));
    }

    [Fact]
    public async Task A_key_belongs_to_one_run()
    {
        await RunningAsync();
        var here = await AskAsync(Body("pause"), ("Idempotency-Key", "k"));
        await _app.CreateAsync("run-other", sprite: "sprite-b");
        var request = _app.Request("POST", "/api/runs/run-other/intents", Body("cancel"), ("Idempotency-Key", "k"));

        var there = await Answer.OfAsync(_app.Get<IntentsFunctions>().AskAsync(request, _app.Client, "run-other"), request);

        Assert.Equal(202, there.Status);
        Assert.NotEqual(Text(here, "id"), Text(there, "id"));
    }

    [Fact]
    public async Task If_Match_holds_the_request_to_the_run_as_it_was_seen()
    {
        var head = await RunningAsync();

        var stale = await AskAsync(Body("pause"), ("If-Match", "\"1\""));
        var current = await AskAsync(Body("pause"), ("If-Match", $"\"{head.Revision}\""));

        Assert.Equal((412, "precondition_failed"), (stale.Status, stale.Code));
        Assert.Equal(202, current.Status);
    }

    [Fact]
    public async Task A_grace_that_passes_changes_the_ETag_and_no_request_on_a_reading_from_before_is_refused()
    {
        await RunningAsync();
        await SetAsync(run => run with { Cancel = new CancelMemory(IntentId.Parse("int-cancel"), "ann", _app.Time.GetUtcNow(), true), DecidedAt = _app.Time.GetUtcNow() });
        var before = (await GetRunAsync()).Headers.ETag.ToString();
        Assert.Equal($"\"{(await _app.HeadAsync()).Revision}\"", before);

        _app.Time.Advance((await _app.HeadAsync()).Run.Policy.CancelGrace);
        var after = (await GetRunAsync()).Headers.ETag.ToString();
        Assert.NotEqual(before, after);

        Assert.Equal(202, (await AskAsync(Body("force_cancel"), ("If-Match", before))).Status);
        Assert.Equal("precondition_failed", (await AskAsync(Body("pause"), ("If-Match", after))).Code);
    }

    [Fact]
    public async Task What_is_asked_may_name_the_ETag_that_time_alone_made()
    {
        await RunningAsync();
        await SetAsync(run => run with { Cancel = new CancelMemory(IntentId.Parse("int-cancel"), "ann", _app.Time.GetUtcNow(), true), DecidedAt = _app.Time.GetUtcNow() });
        _app.Time.Advance((await _app.HeadAsync()).Run.Policy.CancelGrace);

        Assert.Equal(202, (await AskAsync(Body("force_cancel"), ("If-Match", (await GetRunAsync()).Headers.ETag.ToString()))).Status);
    }

    [Fact]
    public async Task Twenty_open_intents_are_enough()
    {
        await RunningAsync();
        await SetAsync(run => run with { Intents = [.. Enumerable.Range(1, 20).Select(number => Open(number, IntentVerb.Pause))], IntentCount = 20 });

        var answer = await AskAsync(Body("cancel"));

        Assert.Equal((429, "too_many_open_intents"), (answer.Status, answer.Code));
        Assert.NotEmpty(answer.Headers.RetryAfter.ToString());
    }

    [Fact]
    public async Task Of_the_same_asked_at_once_one_is_accepted_and_with_one_key_all_are_answered_alike()
    {
        await RunningAsync();

        var keyed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => AskAsync(Body("pause"), ("Idempotency-Key", "k")))));
        Assert.All(keyed, static answer => Assert.Equal(202, answer.Status));
        Assert.Single(keyed.Select(static answer => Text(answer, "id")).Distinct());

        var different = await Task.WhenAll(Enumerable.Range(0, 8).Select(number => Task.Run(() =>
            AskAsync(Body(number % 2 == 0 ? "cancel" : "resume"), ("Idempotency-Key", number.ToString(CultureInfo.InvariantCulture))))));
        Assert.All(different, static answer => Assert.Contains(answer.Status, new[] { 202, 409 }));
        Assert.InRange(different.Count(static answer => answer.Status == 202 && Text(answer, "verb") == "cancel"), 1, 1);

        var intents = await _app.Store.ReadIntentsAsync(RunId.Parse(Id), 0, 100, default);
        Assert.Equal(Enumerable.Range(1, intents.Count).Select(static number => (long)number), intents.Select(static intent => intent.Number));
        Assert.Equal(IntentVerb.Cancel, Assert.Single((await _app.HeadAsync()).Run.Intents).Verb);
    }

    [Fact]
    public async Task Cancelling_what_was_never_launched_ends_the_run_at_once_and_frees_its_sprite()
    {
        await _app.CreateAsync();

        var answer = await AskAsync(Body("cancel"));

        Assert.Equal((202, "confirmed"), (answer.Status, Text(answer, "status")));
        Assert.Equal(LifecycleState.Cancelled, (await _app.HeadAsync()).Run.Lifecycle.State);
        Assert.Empty(await _app.Index.ListActiveAsync(default));
    }

    [Fact]
    public async Task The_audit_trail_tells_by_time_who_did_what_why_and_whether_it_happened()
    {
        await RunningAsync();
        _app.Time.Advance(TimeSpan.FromSeconds(1));
        await AskAsync(Body("pause", "lunch"), ("X-Ops-Actor", "ann"));
        _app.Time.Advance(TimeSpan.FromSeconds(1));
        await _app.Store.RejectEventAsync(RunId.Parse(Id), new RejectedEvent { Id = "0c1", At = _app.Time.GetUtcNow(), By = "durable-api", Reason = "no verb" }, default);

        var whole = (await AuditAsync(string.Empty)).Json["value"]!.AsArray();
        var paged = new List<string>();
        for (var address = "?limit=1"; address.Length > 0;)
        {
            var page = await AuditAsync(address);
            paged.AddRange(page.Json["value"]!.AsArray().Select(static entry => entry!.ToJsonString()));
            address = page.Json["nextLink"]?.GetValue<string>() is { } next ? next[next.IndexOf('?', StringComparison.Ordinal)..] : string.Empty;
        }

        Assert.Equal(whole.Select(static entry => entry!.ToJsonString()), paged);
        Assert.Equal(whole.Select(static entry => entry!["at"]!.GetValue<DateTimeOffset>()).Order(), whole.Select(static entry => entry!["at"]!.GetValue<DateTimeOffset>()));
        var asked = whole.Single(static entry => entry!["kind"]!.GetValue<string>() == "intent")!;
        Assert.Equal(
            ("ann", "pause", "accepted", "lunch", "accepted"),
            (asked["by"]!.GetValue<string>(), asked["what"]!.GetValue<string>(), asked["outcome"]!.GetValue<string>(), asked["note"]!.GetValue<string>(), asked["result"]!.GetValue<string>()));
        Assert.Contains(whole, static entry => entry!["kind"]!.GetValue<string>() == "transition" && entry["what"]!.GetValue<string>() == "running");
        Assert.Equal("rejected_event", whole[^1]!["kind"]!.GetValue<string>());
        Assert.Equal("invalid_field", (await AuditAsync("?after=42")).Code);
    }

    private static Intent Open(long number, IntentVerb verb) => new()
    {
        Id = IntentId.Parse($"int-{number}"),
        Number = number,
        Verb = verb,
        Status = IntentStatus.Accepted,
        By = "ann",
        AcceptedAt = Samples.Start,
    };

    private static JsonObject Body(string verb, string? note = null)
    {
        var body = new JsonObject { ["verb"] = verb };
        if (note is not null)
        {
            body["note"] = note;
        }

        return body;
    }

    private static string? Text(Answer answer, string member) => answer.Json[member]?.GetValue<string>();

    private async Task<RunHead> RunningAsync()
    {
        _app.Adapter.Capabilities = ["pause", "resume", "cancel", "force_cancel", "approve", "reject", "start"];
        _app.Adapter.Log("loop_start", "iteration_start");
        await _app.CreateAsync();
        var outcome = await _app.PollAsync(1);
        var decision = RunDecider.Decide(outcome.Run!, outcome.Input!, _app.Time.GetUtcNow());
        return Assert.IsType<WriteResult.Written>(await _app.Store.ApplyAsync(
            RunId.Parse(Id), EngineRef.For(RunId.Parse(Id), 1), new ApplyRequest("1-1", outcome.Revision, decision), default)).Head;
    }

    private async Task SetAsync(Func<LoopRun, LoopRun> change, Func<Intent, Intent>? close = null)
    {
        var head = await _app.HeadAsync();
        var run = change(head.Run);
        var decision = new Decision(run, [], [], true) { Intents = run.Intents.Where(intent => intent.Number > head.Run.IntentCount).ToValueList() };
        if (close is not null)
        {
            decision = decision with { Intents = head.Run.Intents.Select(close).ToValueList() };
        }

        Assert.IsType<WriteResult.Written>(await _app.Store.ApplyAsync(head.Run.Spec.RunId, head.Engine, new ApplyRequest($"set-{head.Revision}", head.Revision, decision), default));
    }

    private Task<Answer> AskAsync(JsonObject body, params (string Name, string Value)[] headers)
    {
        var request = _app.Request("POST", $"/api/runs/{Id}/intents", body, headers);
        return Answer.OfAsync(_app.Get<IntentsFunctions>().AskAsync(request, _app.Client, Id), request);
    }

    private Task<Answer> GetAsync(string intent)
    {
        var request = _app.Request("GET", $"/api/runs/{Id}/intents/{intent}");
        return Answer.OfAsync(_app.Get<IntentsFunctions>().GetAsync(request, Id, intent), request);
    }

    private Task<Answer> ListAsync()
    {
        var request = _app.Request("GET", $"/api/runs/{Id}/intents");
        return Answer.OfAsync(_app.Get<IntentsFunctions>().ListAsync(request, Id), request);
    }

    private Task<Answer> GetRunAsync()
    {
        var request = _app.Request("GET", $"/api/runs/{Id}");
        return Answer.OfAsync(_app.Get<RunsFunctions>().GetAsync(request, Id), request);
    }

    private Task<Answer> AuditAsync(string query)
    {
        var request = _app.Request("GET", $"/api/runs/{Id}/audit{query}");
        return Answer.OfAsync(_app.Get<AuditFunctions>().ListAsync(request, Id), request);
    }
}
