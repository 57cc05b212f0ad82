using System.Text;
using System.Text.Json.Nodes;
using OpsFunctions.Http;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage.Index;

namespace OpsFunctions.Tests.Http;

public sealed class CreateRunTests : IDisposable
{
    private readonly AppFixture _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task A_run_is_accepted_stored_and_its_engine_started()
    {
        var answer = await PostAsync(Body());

        Assert.Equal(202, answer.Status);
        var runId = answer.Json["runId"]!.GetValue<string>();
        Assert.Equal($"https://ops.test/api/runs/{runId}", answer.Headers.Location.ToString());
        Assert.Equal("2", answer.Headers.RetryAfter.ToString());
        Assert.Equal("pending", answer.Json["state"]!.GetValue<string>());
        Assert.Equal("attach", answer.Json["launch"]!.GetValue<string>());
        var started = Assert.Single(_app.Client.Started);
        Assert.Equal($"{runId}-g1", started.InstanceId);
        Assert.Equal(1, started.Input.Generation);
        var transition = Assert.Single(await _app.Store.ReadTransitionsAsync(RunId.Parse(runId), 0, 10, default));
        Assert.Null(transition.From);
        Assert.Equal(LifecycleState.Pending, transition.To);
    }

    [Fact]
    public async Task An_engine_that_cannot_be_started_is_the_watchdogs_business()
    {
        _app.Client.Failure = new InvalidOperationException("no durable back end");

        Assert.Equal(202, (await PostAsync(Body())).Status);
    }

    [Fact]
    public async Task The_same_key_and_body_give_the_same_run_again()
    {
        var first = await PostAsync(Body(), ("Idempotency-Key", "key-1"));
        _app.Adapter.Failure = AdapterFailureCodes.LoopUnknown;
        var spelledOut = Body();
        spelledOut["launch"] = "attach";
        spelledOut["relaunchOnDecision"] = true;
        var second = await PostAsync(spelledOut, ("Idempotency-Key", "\"key-1\""));

        Assert.Equal(202, second.Status);
        Assert.Equal("true", second.Headers["Idempotency-Replayed"].ToString());
        Assert.False(first.Headers.ContainsKey("Idempotency-Replayed"));
        Assert.Equal(first.Json["runId"]!.GetValue<string>(), second.Json["runId"]!.GetValue<string>());
        Assert.Single(_app.Client.Started);
    }

    [Fact]
    public async Task The_same_key_with_another_body_is_refused()
    {
        await PostAsync(Body(), ("Idempotency-Key", "key-1"));
        var other = Body();
        other["workspace"] = "elsewhere";

        await AssertRefusedAsync(422, "idempotency_key_reused", PostAsync(other, ("Idempotency-Key", "key-1")), stored: 1);
    }

    [Fact]
    public async Task A_taken_sprite_names_its_holder()
    {
        var first = await PostAsync(Body());

        var refused = await AssertRefusedAsync(409, "sprite_claimed", PostAsync(Body()), stored: 1);

        Assert.Equal(first.Json["runId"]!.GetValue<string>(), refused.Json["runId"]!.GetValue<string>());
        Assert.Equal(first.Headers.Location.ToString(), refused.Json["links"]!["holder"]!.GetValue<string>());
    }

    [Fact]
    public async Task Starts_that_race_for_a_sprite_give_one_run()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync(Body())));

        Assert.Single(answers, answer => answer.Status == 202);
        Assert.Equal(7, answers.Count(answer => answer.Status == 409));
    }

    [Theory]
    [InlineData("loop_unknown", "loop_unknown", 422)]
    [InlineData("unsupported_schema_version", "unsupported_schema_version", 422)]
    [InlineData("adapter_unauthorized", "adapter_unauthorized", 422)]
    [InlineData("adapter_token_missing", "token_unknown", 400)]
    [InlineData("endpoint_not_allowed", "endpoint_not_allowed", 400)]
    public Task A_definite_answer_of_the_adapter_refuses(string failure, string code, int status)
    {
        _app.Adapter.Failure = failure;

        return AssertRefusedAsync(status, code, PostAsync(Body()));
    }

    [Theory]
    [InlineData("transport_unreachable")]
    [InlineData("transport_timeout")]
    [InlineData("invalid_transport_payload")]
    [InlineData("adapter_error")]
    [InlineData("loop_not_started")]
    public async Task What_may_pass_by_itself_does_not_refuse(string failure)
    {
        _app.Adapter.Failure = failure;

        Assert.Equal(202, (await PostAsync(Body())).Status);
    }

    [Fact]
    public async Task A_slow_adapter_does_not_refuse()
    {
        _app.Adapter.Hangs = true;

        Assert.Equal(202, (await _app.PassTimeUntilAsync(PostAsync(Body()))).Status);
    }

    [Fact]
    public Task A_start_needs_an_adapter_that_can()
    {
        var body = Body();
        body["launch"] = "start";

        return AssertRefusedAsync(422, "start_unsupported", PostAsync(body));
    }

    [Fact]
    public Task Another_repository_is_refused()
    {
        var body = Body();
        body["repoPath"] = "/srv/other";

        return AssertRefusedAsync(422, "repo_mismatch", PostAsync(body));
    }

    [Theory]
    [InlineData("loopId", "\"../etc\"", "loopId", "invalid_field")]
    [InlineData("loopId", "\"a/b\"", "loopId", "invalid_field")]
    [InlineData("loopId", "7", "loopId", "invalid_field")]
    [InlineData("loopId", "null", "loopId", "missing_field")]
    [InlineData("launch", "\"resume\"", "launch", "invalid_field")]
    [InlineData("repoPath", "\"relative\"", "repoPath", "invalid_field")]
    [InlineData("profile", "\"lax\"", "profile", "unknown_profile")]
    [InlineData("retryOf", "\"UP\"", "retryOf", "invalid_field")]
    [InlineData("retryOf", "\"run-nobody\"", "retryOf", "retry_of_not_found")]
    [InlineData("labels", "{\"a=b\":\"c\"}", "labels", "invalid_field")]
    [InlineData("labels", "[1]", "labels", "invalid_field")]
    [InlineData("relaunchOnDecision", "\"yes\"", "relaunchOnDecision", "invalid_field")]
    [InlineData("loopID", "\"x\"", "loopID", "unknown_field")]
    [InlineData("sprite", "{\"name\":\"s\",\"endpoint\":\"http://adapter.test\",\"token\":\"secret\"}", "sprite.token", "unknown_field")]
    [InlineData("sprite", "{\"name\":\"s\",\"endpoint\":\"http://169.254.169.254\"}", "sprite.endpoint", "endpoint_not_allowed")]
    [InlineData("sprite", "{\"name\":\"s\",\"endpoint\":\"file:///etc/passwd\"}", "sprite.endpoint", "invalid_field")]
    [InlineData("sprite", "{\"name\":\"s\",\"endpoint\":\"http://u:p@adapter.test\"}", "sprite.endpoint", "invalid_field")]
    [InlineData("sprite", "{\"endpoint\":\"http://adapter.test\"}", "sprite.name", "missing_field")]
    [InlineData("sprite", "{\"name\":\"s\",\"endpoint\":\"http://adapter.test\",\"tokenName\":\"my-token\"}", "sprite.tokenName", "invalid_field")]
    [InlineData("sprite", "{\"name\":\"s\",\"endpoint\":\"http://adapter.test\",\"tokenName\":\"my__token\"}", "sprite.tokenName", "invalid_field")]
    [InlineData("sprite", "\"s\"", "sprite", "invalid_field")]
    public async Task A_wrong_member_is_named(string member, string value, string field, string code)
    {
        var body = Body();
        body[member] = JsonNode.Parse(value);

        var refused = await AssertRefusedAsync(400, code, PostAsync(body));

        Assert.Equal(field, refused.Json["errors"]![0]!["field"]!.GetValue<string>());
        Assert.NotEmpty(refused.Json["errors"]![0]!["fix"]!.GetValue<string>());
    }

    [Fact]
    public Task An_id_of_300_characters_is_refused()
    {
        var body = Body();
        body["loopId"] = new string('a', 300);

        return AssertRefusedAsync(400, "invalid_field", PostAsync(body));
    }

    [Fact]
    public async Task Every_wrong_member_is_named_at_once()
    {
        var refused = await PostAsync(new JsonObject { ["loopId"] = "..", ["extra"] = 1 });

        Assert.Equal(["extra", "loopId", "sprite"], refused.Json["errors"]!.AsArray().Select(error => error!["field"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("{\"loopId\":")]
    [InlineData("[]")]
    [InlineData("")]
    [InlineData("{\"loopId\":\"a\",\"loopId\":\"b\"}")]
    public Task A_body_that_is_no_JSON_object_is_refused(string text) =>
        AssertRefusedAsync(400, "malformed_json", PostAsync(_app.Request("POST", "/api/runs", Encoding.UTF8.GetBytes(text))));

    [Fact]
    public async Task A_body_over_the_limit_is_refused_whatever_it_says_of_its_length()
    {
        var bytes = new byte[RequestBody.Limit + 1];
        Array.Fill(bytes, (byte)' ');
        await AssertRefusedAsync(413, "body_too_large", PostAsync(_app.Request("POST", "/api/runs", bytes)));
        var request = _app.Request("POST", "/api/runs", bytes);
        request.ContentLength = null;
        await AssertRefusedAsync(413, "body_too_large", PostAsync(request));
    }

    [Fact]
    public Task Another_media_type_is_refused()
    {
        var request = _app.Request("POST", "/api/runs", Body());
        request.ContentType = "text/plain";

        return AssertRefusedAsync(415, "unsupported_media_type", PostAsync(request));
    }

    [Fact]
    public Task An_empty_key_is_refused() =>
        AssertRefusedAsync(400, "invalid_idempotency_key", PostAsync(Body(), ("Idempotency-Key", "\"\"")));

    [Fact]
    public void Ids_from_keys_are_stable_and_valid()
    {
        Assert.Equal(RunIds.FromKey("k"), RunIds.FromKey("k"));
        Assert.NotEqual(RunIds.FromKey("k"), RunIds.FromKey("l"));
        Assert.NotEqual(RunIds.Random(), RunIds.Random());
        Assert.StartsWith("run-", RunIds.FromKey("k").Value, StringComparison.Ordinal);
    }

    private static JsonObject Body() => new()
    {
        ["loopId"] = Samples.Loop.Value,
        ["sprite"] = new JsonObject { ["name"] = "sprite-a", ["endpoint"] = "http://adapter.test:8080" },
    };

    private Task<Answer> PostAsync(JsonObject body, params (string Name, string Value)[] headers) =>
        PostAsync(_app.Request("POST", "/api/runs", body, headers));

    private Task<Answer> PostAsync(Microsoft.AspNetCore.Http.HttpRequest request) =>
        Answer.OfAsync(_app.Get<RunsFunctions>().CreateAsync(request, _app.Client), request);

    private async Task<Answer> AssertRefusedAsync(int status, string code, Task<Answer> asked, int stored = 0)
    {
        var answer = await asked;
        Assert.Equal((status, code), (answer.Status, answer.Code));
        Assert.Equal(code, answer.Headers["x-error-code"].ToString());
        Assert.Equal("application/problem+json", answer.Headers.ContentType.ToString());
        Assert.Equal(32, answer.Json["traceId"]!.GetValue<string>().Length);
        Assert.Equal(stored, (await _app.Index.ListAsync(new RunFilter(), null, 10, default)).Items.Count);
        Assert.Equal(stored, (await _app.Index.ListActiveAsync(default)).Count);
        return answer;
    }
}
