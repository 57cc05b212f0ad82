using System.Net;
using System.Net.Http.Json;
using EndToEnd.Tests.Hosting;

namespace EndToEnd.Tests;

/// <summary>The Durable HTTP API that operators and monitors use.</summary>
[Collection(SharedManager.Name)]
public sealed class DurableApiTests(ManagerUnderTest manager)
{
    private const string Instances = "/runtime/webhooks/durabletask/instances";

    [Fact]
    public async Task An_engine_is_listed_with_a_status_that_reads_well()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        var runId = await StartRunningAsync(adapter, loop);

        await Eventually.TrueAsync(
            async () => (await DurableAsync(HttpMethod.Get, $"{Instances}?instanceIdPrefix={runId}")).Text.Contains("\"state\":\"running\"", StringComparison.Ordinal),
            () => "no custom status with the state");
    }

    [Fact]
    public async Task A_terminated_engine_is_replaced_and_the_run_goes_on()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        var runId = await StartRunningAsync(adapter, loop);

        Assert.Equal(HttpStatusCode.Accepted, (await DurableAsync(HttpMethod.Post, $"{Instances}/{runId}-g1/terminate?reason=test")).Status);
        loop.MoveTo("04-complete");

        await manager.Client.AwaitStateAsync(runId, "completed");
        Assert.NotEqual(HttpStatusCode.NotFound, (await DurableAsync(HttpMethod.Get, $"{Instances}/{runId}-g2")).Status);
    }

    [Fact]
    public async Task A_suspended_engine_polls_again_after_resume()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        var runId = await StartRunningAsync(adapter, loop);

        Assert.Equal(HttpStatusCode.Accepted, (await DurableAsync(HttpMethod.Post, $"{Instances}/{runId}-g1/suspend?reason=test")).Status);
        await Eventually.TrueAsync(
            async () => (await DurableAsync(HttpMethod.Get, $"{Instances}/{runId}-g1")).Text.Contains("Suspended", StringComparison.Ordinal),
            () => "not suspended");
        loop.MoveTo("04-complete");
        Assert.Equal(HttpStatusCode.Accepted, (await DurableAsync(HttpMethod.Post, $"{Instances}/{runId}-g1/resume?reason=test")).Status);

        await manager.Client.AwaitStateAsync(runId, "completed");
    }

    [Fact]
    public async Task A_copy_that_a_restart_makes_of_an_engine_ends_at_once()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        var runId = await StartRunningAsync(adapter, loop);

        var restarted = await DurableAsync(HttpMethod.Post, $"{Instances}/{runId}-g1/restart");
        Assert.Equal(HttpStatusCode.Accepted, restarted.Status);
        var copy = restarted.Json.GetProperty("id").GetString();

        await Eventually.TrueAsync(
            async () => (await DurableAsync(HttpMethod.Get, $"{Instances}/{copy}")).Text.Contains("\"runtimeStatus\":\"Completed\"", StringComparison.Ordinal),
            () => "the copy lives");
        Assert.Contains("\"Running\"", (await DurableAsync(HttpMethod.Get, $"{Instances}/{runId}-g1")).Text, StringComparison.Ordinal);
        loop.MoveTo("04-complete");
        await manager.Client.AwaitStateAsync(runId, "completed");
    }

    [Fact]
    public async Task A_raw_event_nobody_can_read_does_not_hurt_the_engine()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        var runId = await StartRunningAsync(adapter, loop);

        foreach (var name in new[] { "wake", "intent" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{Instances}/{runId}-g1/raiseEvent/{name}") { Content = JsonContent.Create(new { surprise = new[] { 1, 2 } }) };
            Assert.Equal(HttpStatusCode.Accepted, (await DurableAsync(request)).Status);
        }

        loop.MoveTo("04-complete");
        await manager.Client.AwaitStateAsync(runId, "completed");
    }

    [Fact]
    public async Task An_ended_engine_can_be_purged_and_the_run_stays_readable()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        var runId = await StartRunningAsync(adapter, loop);
        loop.MoveTo("04-complete");
        await manager.Client.AwaitStateAsync(runId, "completed");
        await Eventually.TrueAsync(
            async () => (await DurableAsync(HttpMethod.Get, $"{Instances}/{runId}-g1")).Text.Contains("Completed", StringComparison.Ordinal),
            () => "the engine has not ended");

        Assert.Equal(HttpStatusCode.OK, (await DurableAsync(HttpMethod.Delete, $"{Instances}/{runId}-g1")).Status);

        Assert.Equal(HttpStatusCode.NotFound, (await DurableAsync(HttpMethod.Get, $"{Instances}/{runId}-g1")).Status);
        Assert.Equal(HttpStatusCode.OK, (await manager.Client.GetAsync($"/api/runs/{runId}")).Status);
    }

    private async Task<string> StartRunningAsync(AdapterUnderTest adapter, PlayedLoop loop)
    {
        loop.MoveTo("01-iter1-planner");
        var started = await manager.Client.StartRunAsync(OpsClient.StartRequest("durable-" + Guid.NewGuid().ToString("N")[..12], adapter.Endpoint));
        var runId = started.Json.GetProperty("runId").GetString()!;
        await manager.Client.AwaitStateAsync(runId, "running");
        return runId;
    }

    private Task<ApiAnswer> DurableAsync(HttpMethod method, string path) => DurableAsync(new HttpRequestMessage(method, path));

    private async Task<ApiAnswer> DurableAsync(HttpRequestMessage request)
    {
        using var client = new OpsClient(manager.BaseAddress, manager.MasterKey);
        return await client.SendAsync(request);
    }
}
