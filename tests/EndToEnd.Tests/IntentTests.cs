using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EndToEnd.Tests.Hosting;
using Xunit.Abstractions;

namespace EndToEnd.Tests;

/// <summary>Control of a run through a real adapter, on a process that stands in for the leader.</summary>
[Collection(SharedManager.Name)]
public sealed class IntentTests(ManagerUnderTest manager, ITestOutputHelper output)
{
    private const int Rounds = 34;
    private const double P95Limit = 1000;

    private OpsClient Client => manager.Client;

    [LocalHostFact]
    [Trait(AloneOnTheMachine.Trait, AloneOnTheMachine.Name)]
    public async Task Intents_reach_a_live_adapter_soon_and_are_confirmed()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        var runId = await StartRunningAsync(adapter, loop);
        await AskToTheEndAsync(runId, "pause");
        await AskToTheEndAsync(runId, "resume");

        var p95 = await MeasureAsync(runId);
        Assert.True(p95 < P95Limit, $"p95 is {p95:0} ms");
    }

    [Fact]
    public async Task A_cancel_ends_the_run_with_proof_and_the_same_key_answers_the_same_intent()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        var runId = await StartRunningAsync(adapter, loop);

        var accepted = await AskAsync(runId, new { verb = "cancel", note = "enough" }, "cancel-it");
        Assert.Equal(HttpStatusCode.Accepted, accepted.Status);
        var run = await Client.AwaitStateAsync(runId, "cancelled");
        var repeated = await AskAsync(runId, new { verb = "cancel", note = "enough" }, "cancel-it");

        Assert.Equal("proven", run.GetProperty("quiescent").GetString());
        Assert.Equal(accepted.Json.GetProperty("id").GetString(), repeated.Json.GetProperty("id").GetString());
        Assert.Equal("confirmed", repeated.Json.GetProperty("status").GetString());
        var late = await AskAsync(runId, new { verb = "pause" });
        Assert.Equal((HttpStatusCode.Conflict, "run_ended"), (late.Status, late.Code));
        var audit = (await Client.GetAsync($"/api/runs/{runId}/audit")).Json.GetProperty("value").EnumerateArray().Select(static entry => $"{entry.GetProperty("what").GetString()} {entry.GetProperty("outcome").GetString()}").ToList();
        Assert.Contains("cancel accepted", audit);
        Assert.Contains("cancel confirmed", audit);
        Assert.True(audit.IndexOf("cancel accepted") < audit.IndexOf("cancel confirmed"));
    }

    [Fact]
    public async Task A_candidate_is_approved_by_name()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("approval-approve", adapter.Repository);
        loop.MoveTo("01-running");
        var runId = await StartAsync(adapter);
        await Client.AwaitStateAsync(runId, "running");
        loop.MoveTo("02-awaiting-approval");
        var run = await Client.AwaitStateAsync(runId, "awaiting_approval");
        var candidate = run.GetProperty("candidate");

        var wrong = await AskAsync(runId, new { verb = "approve", candidate = new { runtimeRunId = "another", iteration = 1 } });
        Assert.Equal((HttpStatusCode.Conflict, "candidate_mismatch"), (wrong.Status, wrong.Code));
        var intent = await FollowAsync(await AskAsync(runId, new { verb = "approve", candidate }));

        Assert.Equal("confirmed", intent.GetProperty("status").GetString());
        Assert.Contains(intent.GetProperty("id").GetString()!, await File.ReadAllTextAsync(Path.Combine(adapter.Repository, ".superloop", "loops", "demo-loop", "approval.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_operators_raise_at_the_engine_becomes_an_intent_or_a_note()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        var runId = await StartRunningAsync(adapter, loop);

        Assert.Equal(HttpStatusCode.Accepted, (await RaiseAsync(runId, new { verb = "pause", note = "by hand" })).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await RaiseAsync(runId, "stop everything")).Status);
        await Client.AwaitStateAsync(runId, "paused");

        var intent = Assert.Single((await Client.GetAsync($"/api/runs/{runId}/intents")).Json.GetProperty("value").EnumerateArray());
        Assert.Equal(("pause", "durable-api", "by hand"), (intent.GetProperty("verb").GetString(), intent.GetProperty("by").GetString(), intent.GetProperty("note").GetString()));
        await Eventually.TrueAsync(
            async () => (await Client.GetAsync($"/api/runs/{runId}/audit")).Text.Contains("rejected_event", StringComparison.Ordinal),
            () => "the unreadable event is not in the audit trail");
    }

    /// <summary>The 95th percentile of the time from accepted to delivered, in milliseconds.</summary>
    private async Task<double> MeasureAsync(string runId)
    {
        var delays = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var intent = await AskToTheEndAsync(runId, round % 2 == 0 ? "pause" : "resume");
            Assert.Equal("confirmed", intent.GetProperty("status").GetString());
            delays.Add((intent.GetProperty("deliveredAt").GetDateTimeOffset() - intent.GetProperty("acceptedAt").GetDateTimeOffset()).TotalMilliseconds);
        }

        delays.Sort();
        var p95 = delays[(int)Math.Ceiling(delays.Count * 0.95) - 1];
        output.WriteLine($"accepted to delivered, {Rounds} intents: p50 {delays[delays.Count / 2]:0} ms, p95 {p95:0} ms, worst {delays[^1]:0} ms");
        return p95;
    }

    private async Task<string> StartRunningAsync(AdapterUnderTest adapter, PlayedLoop loop)
    {
        loop.MoveTo("01-iter1-planner");
        var runId = await StartAsync(adapter);
        await Client.AwaitStateAsync(runId, "running");
        return runId;
    }

    private async Task<string> StartAsync(AdapterUnderTest adapter)
    {
        var started = await Client.StartRunAsync(OpsClient.StartRequest("intents-" + Guid.NewGuid().ToString("N")[..12], adapter.Endpoint));
        Assert.True(started.Status == HttpStatusCode.Accepted, started.Text);
        return started.Json.GetProperty("runId").GetString()!;
    }

    private async Task<JsonElement> AskToTheEndAsync(string runId, string verb) => await FollowAsync(await AskAsync(runId, new { verb }));

    private Task<ApiAnswer> AskAsync(string runId, object body, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/runs/{runId}/intents") { Content = JsonContent.Create(body) };
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        return Client.SendAsync(request);
    }

    private async Task<JsonElement> FollowAsync(ApiAnswer accepted)
    {
        Assert.True(accepted.Status == HttpStatusCode.Accepted, accepted.Text);
        var path = new Uri(accepted.Headers["Operation-Location"]).PathAndQuery;
        var intent = accepted.Json;
        await Eventually.TrueAsync(
            async () =>
            {
                intent = (await Client.GetAsync(path)).Json;
                if (intent.GetProperty("status").GetString() == "delivered")
                {
                    // Its effect is read with the next poll.
                    await Client.PostAsync(path[..path.IndexOf("/intents/", StringComparison.Ordinal)] + "/nudge");
                }

                return intent.GetProperty("final").GetBoolean();
            },
            () => intent.GetRawText());
        return intent;
    }

    private async Task<ApiAnswer> RaiseAsync(string runId, object payload)
    {
        using var client = new OpsClient(manager.BaseAddress, manager.MasterKey);
        return await client.SendAsync(new HttpRequestMessage(HttpMethod.Post, $"/runtime/webhooks/durabletask/instances/{runId}-g1/raiseEvent/intent") { Content = JsonContent.Create(payload) });
    }
}
