using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Hosting;

namespace EndToEnd.Tests;

/// <summary>Bad input: a clear answer with a code of its own, and nothing stored.</summary>
[Collection(SharedManager.Name)]
public sealed class RefusalTests(ManagerUnderTest manager)
{
    private static readonly Uri Nowhere = new("http://127.0.0.1:9");

    private OpsClient Client => manager.Client;

    public static TheoryData<string, string, int, string> BadBodies => new()
    {
        { "malformed JSON", "{\"loopId\": ", 400, "malformed_json" },
        { "not an object", "[1]", 400, "malformed_json" },
        { "unknown member", With("colour", "red"), 400, "unknown_field" },
        { "loop id with a step up", With("loopId", ".."), 400, "invalid_field" },
        { "loop id with a slash", With("loopId", "a/b"), 400, "invalid_field" },
        { "loop id of 300 characters", With("loopId", new string('a', 300)), 400, "invalid_field" },
        { "sprite name of 300 characters", WithSprite("name", new string('a', 300)), 400, "invalid_field" },
        { "unknown profile", With("profile", "reckless"), 400, "unknown_profile" },
        { "endpoint not on the allow-list", WithSprite("endpoint", "http://example.org/"), 400, "endpoint_not_allowed" },
        { "endpoint of the metadata service", WithSprite("endpoint", "http://169.254.169.254/"), 400, "endpoint_not_allowed" },
        { "endpoint that is no address", WithSprite("endpoint", "not an address"), 400, "invalid_field" },
        { "oversized body", With("repoPath", new string('a', 100_000)), 413, "body_too_large" },
    };

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task A_bad_start_is_refused_and_stores_nothing(string what, string body, int status, string code)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/runs") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        var key = "refused-" + Guid.NewGuid().ToString("N");
        request.Headers.Add("Idempotency-Key", key);

        var answer = await Client.SendAsync(request);

        Assert.True((int)answer.Status == status && answer.Code == code, $"{what}: {answer.Status} {answer.Text}");
        await AssertKeyIsUnusedAsync(key);
    }

    [Fact]
    public async Task A_loop_that_the_adapter_does_not_know_is_refused()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        loop.MoveTo("00-initialised");

        var answer = await Client.StartRunAsync(OpsClient.StartRequest("unknown-loop", adapter.Endpoint, loop: "no-such-loop"));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "loop_unknown"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task An_adapter_that_speaks_another_version_is_refused()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        loop.MoveTo("01-iter1-planner");
        await using var network = await UnreliableNetwork.StartAsync(adapter.Endpoint);
        network.Condition = NetworkCondition.FutureVersion;

        var answer = await Client.StartRunAsync(OpsClient.StartRequest("future-version", network.Endpoint));

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "unsupported_schema_version"), (answer.Status, answer.Code));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task A_wrong_key_opens_nothing(string? key)
    {
        using var stranger = new OpsClient(manager.BaseAddress, key);

        var answer = await stranger.GetAsync("/api/fleet");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.Status);
    }

    [Theory]
    [InlineData("/api/runs/no-such-run", 404, "run_not_found")]
    [InlineData("/api/runs/no-such-run/events", 404, "run_not_found")]
    [InlineData("/api/runs/UPPER_CASE!", 404, "run_not_found")]
    [InlineData("/api/runs?limit=0", 400, "invalid_field")]
    [InlineData("/api/runs?state=happy", 400, "invalid_field")]
    [InlineData("/api/contract/v1/nonsense", 404, "schema_not_found")]
    public async Task A_bad_question_gets_a_clear_answer(string path, int status, string code)
    {
        var answer = await Client.GetAsync(path);

        Assert.True((int)answer.Status == status && answer.Code == code, $"{path}: {answer.Status} {answer.Text}");
    }

    [Fact]
    public async Task The_same_key_and_body_give_the_same_run_and_another_body_is_refused()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        loop.MoveTo("01-iter1-planner");
        var key = Guid.NewGuid().ToString("N");
        var body = OpsClient.StartRequest("same-key-" + key[..12], adapter.Endpoint);

        var first = await Client.StartRunAsync(body, key);
        var repeat = await Client.StartRunAsync(body, key);
        body["workspace"] = "changed";
        var changed = await Client.StartRunAsync(body, key);

        Assert.Equal(first.Json.GetProperty("runId").GetString(), repeat.Json.GetProperty("runId").GetString());
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency_key_reused"), (changed.Status, changed.Code));
    }

    [Fact]
    public async Task Starts_that_race_for_a_sprite_give_one_run_and_conflicts_that_name_it()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        loop.MoveTo("01-iter1-planner");
        var body = OpsClient.StartRequest("raced-" + Guid.NewGuid().ToString("N")[..12], adapter.Endpoint);

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Client.StartRunAsync(body.DeepClone())));

        var winner = Assert.Single(answers, answer => answer.Status == HttpStatusCode.Accepted).Json.GetProperty("runId").GetString()!;
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.Accepted), answer =>
        {
            Assert.Equal((HttpStatusCode.Conflict, "sprite_claimed"), (answer.Status, answer.Code));
            Assert.Contains(winner, answer.Text, StringComparison.Ordinal);
        });
    }

    private static string With(string member, string value)
    {
        var body = OpsClient.StartRequest("refused", Nowhere);
        body[member] = value;
        return body.ToJsonString();
    }

    private static string WithSprite(string member, string value)
    {
        var body = OpsClient.StartRequest("refused", Nowhere);
        body["sprite"]![member] = value;
        return body.ToJsonString();
    }

    /// <summary>A key that a refused request used is free for a good one: its run is new.</summary>
    private async Task AssertKeyIsUnusedAsync(string key)
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        loop.MoveTo("04-complete");
        var good = await Client.StartRunAsync(OpsClient.StartRequest("after-" + key[^12..], adapter.Endpoint), key);
        Assert.True(good.Status == HttpStatusCode.Accepted, good.Text);
        Assert.False(good.Headers.ContainsKey("Idempotency-Replayed"), "the refused request left something behind");
    }
}
