using System.Text.Json.Nodes;
using OpsFunctions.Activities.Polling;
using OpsFunctions.Http;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Decisions;
using OpsManager.Core.Divergence;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;
using OpsManager.Storage.Index;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Http;

public sealed class PolicyTests : IDisposable
{
    private readonly AppFixture _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task A_new_run_has_the_profile_with_what_it_sets_itself()
    {
        var answer = await CreateAsync("""{"startDeadline":"00:20:00","maxActiveDuration":"08:00:00","actions":{"stall":"cancel"}}""");
        Assert.Equal(202, answer.Status);
        var policy = answer.Json["policy"]!;
        Assert.Equal(("00:20:00", "08:00:00", "cancel", "escalate", "00:05:00"), (
            (string)policy["startDeadline"]!,
            (string)policy["maxActiveDuration"]!,
            (string)policy["actions"]!["stall"]!,
            (string)policy["actions"]!["stuck"]!,
            (string)policy["stallDegraded"]!));
    }

    [Fact]
    public async Task The_same_key_with_another_policy_is_another_request()
    {
        Assert.Equal(202, (await CreateAsync("""{"startDeadline":"00:20:00"}""", ("Idempotency-Key", "k"))).Status);
        Assert.Equal(202, (await CreateAsync("""{"startDeadline":"00:20:00","stallCritical":null}""", ("Idempotency-Key", "k"))).Status);
        Assert.Equal("idempotency_key_reused", (await CreateAsync("""{"startDeadline":"00:21:00"}""", ("Idempotency-Key", "k"))).Code);
    }

    [Theory]
    [InlineData("""{"startDeadline":"20m"}""", "policy.startDeadline", "invalid_field")]
    [InlineData("""{"stallCritical":"00:00:10"}""", "policy.stallCritical", "invalid_field")]
    [InlineData("""{"actions":{"transport":"cancel"}}""", "policy.actions.transport", "unknown_field")]
    [InlineData("""{"poll":{"running":"00:00:01"}}""", "policy.poll", "unknown_field")]
    [InlineData("""{"muteUntil":"2999-01-01T00:00:00Z"}""", "policy.muteUntil", "invalid_field")]
    [InlineData("[]", "policy", "invalid_field")]
    public async Task A_wrong_policy_creates_nothing_and_names_the_member(string policy, string field, string code)
    {
        var answer = await CreateAsync(policy);
        Assert.Equal(400, answer.Status);
        var error = Assert.Single(answer.Json["errors"]!.AsArray())!;
        Assert.Equal((field, code), ((string)error["field"]!, (string)error["code"]!));
        Assert.Empty((await _app.Index.ListAsync(new RunFilter(), null, 10, default)).Items);
    }

    [Fact]
    public async Task A_change_is_stored_with_who_what_when_and_why_and_wakes_the_engine()
    {
        var head = await _app.CreateAsync();
        var answer = await PatchAsync("""{"stallDegraded":"00:01:00","maxActiveDuration":"02:00:00","note":"it is late"}""", ETag(head));
        Assert.Equal((200, $"\"{head.Revision + 1}\""), (answer.Status, answer.Headers.ETag.ToString()));
        Assert.Equal("00:01:00", (string)answer.Json["policy"]!["stallDegraded"]!);
        var change = Assert.Single(await _app.Store.ReadPolicyChangesAsync(head.Run.Spec.RunId, 0, 10, default));
        Assert.Equal((1L, "ann", "it is late", _app.Time.GetUtcNow()), (change.Number, change.By, change.Note, change.At));
        Assert.Equal<PolicyFieldChange>([new("maxActiveDuration", null, "02:00:00"), new("stallDegraded", "00:05:00", "00:01:00")], change.Changes);
        Assert.NotNull(change.TraceParent);
        Assert.Equal(head.Revision + 1, Assert.Single((await _app.Index.ListAsync(new RunFilter(), null, 10, default)).Items).Revision);
        Assert.Single(_app.Client.Raised);

        var request = _app.Request("GET", "/api/runs/run-sample/audit");
        var audit = await Answer.OfAsync(_app.Get<AuditFunctions>().ListAsync(request, "run-sample"), request);
        var entry = Assert.Single(audit.Json["value"]!.AsArray(), static item => (string)item!["kind"]! == "policy_change")!;
        Assert.Equal(
            ("ann", "changed", "it is late", "maxActiveDuration: none -> 02:00:00; stallDegraded: 00:05:00 -> 00:01:00"),
            ((string)entry["by"]!, (string)entry["outcome"]!, (string)entry["note"]!, (string)entry["evidence"]!));
    }

    [Fact]
    public async Task A_change_that_changes_nothing_leaves_no_trace()
    {
        var head = await _app.CreateAsync();
        var answer = await PatchAsync("""{"stallDegraded":"00:05:00","actions":null}""", ETag(head));
        Assert.Equal((200, ETag(head)), (answer.Status, answer.Headers.ETag.ToString()));
        Assert.Empty(await _app.Store.ReadPolicyChangesAsync(head.Run.Spec.RunId, 0, 10, default));
        Assert.Empty(_app.Client.Raised);
    }

    [Fact]
    public async Task Null_takes_back_what_the_run_set_for_itself()
    {
        var head = await _app.CreateAsync();
        await PatchAsync("""{"startDeadline":"00:33:00","approvalDeadline":null}""", ETag(head));
        head = await _app.HeadAsync();
        Assert.Null(head.Run.Policy.ApprovalDeadline);
        await PatchAsync("""{"startDeadline":null}""", ETag(head));
        Assert.Equal(TimeSpan.FromMinutes(10), (await _app.HeadAsync()).Run.Policy.StartDeadline);
    }

    [Fact]
    public async Task A_mute_is_bounded_and_ends()
    {
        var head = await _app.CreateAsync();
        var until = _app.Time.GetUtcNow().AddDays(30);
        Assert.Equal("invalid_field", (await PatchAsync($$"""{"muteUntil":"{{until.AddSeconds(1):O}}"}""", ETag(head))).Code);
        Assert.Equal(200, (await PatchAsync($$"""{"muteUntil":"{{until:O}}"}""", ETag(head))).Status);
        var run = (await _app.HeadAsync()).Run;
        Assert.True(run.IsMuted(until.AddSeconds(-1)));
        Assert.False(run.IsMuted(until));
    }

    [Theory]
    [InlineData(null, 428, "precondition_required")]
    [InlineData("\"99\"", 412, "precondition_failed")]
    [InlineData("W/\"1\"", 412, "precondition_failed")]
    [InlineData("\"99\", \"1\"", 200, null)]
    [InlineData("\"1-0f0f0f0f0f0f\"", 200, null)]
    [InlineData("W/\"1-0f0f0f0f0f0f\"", 412, "precondition_failed")]
    [InlineData("\"11\"", 412, "precondition_failed")]
    [InlineData("\"11-0f0f0f0f0f0f\"", 412, "precondition_failed")]
    [InlineData("\"1-0f0f0f0f0f0f", 412, "precondition_failed")]
    [InlineData("*", 200, null)]
    public async Task The_change_is_made_only_on_what_the_caller_has_read(string? etag, int status, string? code)
    {
        await _app.CreateAsync();
        var answer = await PatchAsync("""{"stallDegraded":"00:01:00"}""", etag);
        Assert.Equal(status, answer.Status);
        Assert.Equal(code, status == 200 ? null : answer.Code);
    }

    [Fact]
    public async Task Of_two_changes_on_one_reading_one_is_made()
    {
        var head = await _app.CreateAsync();
        Assert.Equal(200, (await PatchAsync("""{"stallDegraded":"00:01:00"}""", ETag(head))).Status);
        Assert.Equal("precondition_failed", (await PatchAsync("""{"stallDegraded":"00:02:00"}""", ETag(head))).Code);
        Assert.Single(await _app.Store.ReadPolicyChangesAsync(head.Run.Spec.RunId, 0, 10, default));
    }

    [Theory]
    [InlineData("""{"by":"bob","stallDegraded":"00:01:00"}""", "by")]
    [InlineData("""{"note":7}""", "note")]
    [InlineData("""{"note":""}""", "note")]
    [InlineData("""{"stuckCritical":0}""", "stuckCritical")]
    [InlineData("""{"nothing":0}""", "nothing")]
    public async Task A_wrong_change_is_refused_with_the_member(string body, string field)
    {
        var head = await _app.CreateAsync();
        var answer = await PatchAsync(body, ETag(head));
        Assert.Equal(400, answer.Status);
        Assert.Equal(field, (string)Assert.Single(answer.Json["errors"]!.AsArray())!["field"]!);
        Assert.Equal(head.Revision, (await _app.HeadAsync()).Revision);
    }

    [Fact]
    public async Task Who_misspells_a_member_is_told_all_there_are()
    {
        var head = await _app.CreateAsync();
        var answer = await PatchAsync("""{"notes":"why"}""", ETag(head));
        var fix = (string)Assert.Single(answer.Json["errors"]!.AsArray())!["fix"]!;
        Assert.All(["stallCritical", "muteUntil", "actions", "note"], member => Assert.Contains(member, fix.TrimEnd('.').Split(": ")[1].Split(", ")));
    }

    [Fact]
    public async Task A_note_has_at_most_4096_bytes()
    {
        var head = await _app.CreateAsync();
        var body = new JsonObject { ["stallDegraded"] = "00:01:00", ["note"] = new string('ä', 2049) };
        Assert.Equal("invalid_field", (await PatchAsync(body.ToJsonString(), ETag(head))).Code);
        body["note"] = new string('ä', 2048);
        Assert.Equal(200, (await PatchAsync(body.ToJsonString(), ETag(head))).Status);
    }

    [Fact]
    public async Task An_ended_run_keeps_its_policy()
    {
        var head = await _app.CreateAsync();
        var ended = head.Run with { Lifecycle = LifecycleStatus.Ended(LifecycleState.Completed, _app.Time.GetUtcNow(), null, Quiescence.Proven, "process") };
        await _app.Store.ApplyAsync(head.Run.Spec.RunId, head.Engine, new ApplyRequest("1-1", head.Revision, new Decision(ended, [], [], true)), default);
        Assert.Equal((409, "run_ended"), ((await PatchAsync("""{}""", "*")).Status, (await PatchAsync("""{}""", "*")).Code));
    }

    [Fact]
    public async Task A_run_that_is_not_there_has_no_policy() => Assert.Equal("run_not_found", (await PatchAsync("""{}""", "*", "run-nobody")).Code);

    [Fact]
    public async Task The_run_says_what_an_operator_has_to_know_and_the_list_too()
    {
        var head = await _app.CreateAsync();
        await _app.Index.SynchronizeAsync(head, default);
        var request = _app.Request("GET", "/api/runs/run-sample");
        var run = (await Answer.OfAsync(_app.Get<RunsFunctions>().GetAsync(request, "run-sample"), request)).Json;
        Assert.Equal(("pending", "info"), ((string)run["attention"]!["code"]!, (string)run["attention"]!["severity"]!));
        Assert.Empty(run["control"]!.AsObject());
        request = _app.Request("GET", "/api/runs");
        var item = (await Answer.OfAsync(_app.Get<RunsFunctions>().ListAsync(request), request)).Json["value"]![0]!;
        Assert.Equal((string)run["attention"]!["line"]!, (string)item["attention"]!["line"]!);
        _app.Time.Advance(TimeSpan.FromMinutes(10));
        request = _app.Request("GET", "/api/runs/run-sample");
        run = (await Answer.OfAsync(_app.Get<RunsFunctions>().GetAsync(request, "run-sample"), request)).Json;
        Assert.Equal("start_deadline_exceeded", (string)run["attention"]!["code"]!);
    }

    [Fact]
    public async Task Evidence_that_the_stored_events_do_not_bear_out_is_made_anew_while_a_contradiction_lasts()
    {
        var head = await _app.CreateAsync();
        _app.Adapter.Log("loop_start", "iteration_start", "role_start");
        _app.Time.Advance(TimeSpan.FromSeconds(5));
        var first = await _app.PollAsync(1);
        var decision = RunDecider.Decide(first.Run!, first.Input!, _app.Time.GetUtcNow());
        var spoiled = decision.Run with
        {
            Evidence = decision.Run.Evidence with { TotalIterations = 41 },
            Divergence = ["activeMismatch"],
            Freeze = new ControlFreeze(_app.Time.GetUtcNow(), ["activeMismatch"], false),
        };
        await _app.Store.ApplyAsync(head.Run.Spec.RunId, head.Engine, new ApplyRequest("1-1", first.Revision, decision with { Run = spoiled }), default);

        _app.Time.Advance(TimeSpan.FromSeconds(2));
        var second = await _app.PollAsync(2);
        var observation = Assert.IsType<DecisionInput.Observed>(second.Input).Observation;
        Assert.Equal(["totalIterations"], observation.Replay!.Differences);
        Assert.Equal(1, observation.Evidence.TotalIterations);
        Assert.Equal(PollOutcomeKind.Decide, second.Kind);
        Assert.Equal(1, RunDecider.Decide(second.Run!, second.Input!, _app.Time.GetUtcNow()).Run.Evidence.TotalIterations);
    }

    private static string ETag(RunHead head) => $"\"{head.Revision}\"";

    private Task<Answer> PatchAsync(string body, string? etag, string id = "run-sample")
    {
        var request = _app.Request("PATCH", $"/api/runs/{id}/policy", JsonNode.Parse(body), [(Callers.Header, "ann"), .. etag is null ? Array.Empty<(string, string)>() : [("If-Match", etag)]]);
        return Answer.OfAsync(_app.Get<PolicyFunctions>().PatchAsync(request, _app.Client, id), request);
    }

    private Task<Answer> CreateAsync(string policy, params (string Name, string Value)[] headers)
    {
        var body = new JsonObject
        {
            ["loopId"] = Samples.Loop.Value,
            ["sprite"] = new JsonObject { ["name"] = "build-7", ["endpoint"] = "https://adapter.test:8377" },
            ["policy"] = JsonNode.Parse(policy),
        };
        var request = _app.Request("POST", "/api/runs", body, headers);
        return Answer.OfAsync(_app.Get<RunsFunctions>().CreateAsync(request, _app.Client), request);
    }
}
