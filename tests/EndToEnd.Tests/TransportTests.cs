using System.Text.Json;
using EndToEnd.Tests.Hosting;

namespace EndToEnd.Tests;

/// <summary>An adapter that cannot be read: the run shows it, keeps its cursor and recovers by itself.</summary>
[Collection(SharedManager.Name)]
public sealed class TransportTests(ManagerUnderTest manager)
{
    [Theory]
    [InlineData(NetworkCondition.Dropping, "transport_unreachable")]
    [InlineData(NetworkCondition.Hanging, "transport_timeout")]
    [InlineData(NetworkCondition.Garbling, "invalid_transport_payload")]
    [InlineData(NetworkCondition.FutureVersion, "unsupported_schema_version")]
    public async Task A_bad_connection_is_shown_and_never_an_end(NetworkCondition condition, string code)
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        await using var network = await UnreliableNetwork.StartAsync(adapter.Endpoint);
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        loop.MoveTo("02-iter1-reviewer");
        var client = manager.Client;
        var started = await client.StartRunAsync(OpsClient.StartRequest("transport-" + Guid.NewGuid().ToString("N")[..12], network.Endpoint));
        var runId = started.Json.GetProperty("runId").GetString()!;
        await client.AwaitStateAsync(runId, "running");

        network.Condition = condition;
        loop.MoveTo("04-complete");
        var failing = await client.AwaitRunAsync(
            runId, run => Transport(run) is var transport && transport.GetProperty("failureStreak").GetInt32() >= 2 && transport.GetProperty("failureCode").GetString() == code);
        Assert.Equal("running", failing.GetProperty("state").GetString());

        network.Condition = NetworkCondition.Clear;
        var run = await client.AwaitStateAsync(runId, "completed");
        Assert.Equal(0, Transport(run).GetProperty("failureStreak").GetInt32());
        LoopRunTests.AssertEventsAreTheLog(loop.LogFrom(0), await client.ReadEventsAsync(runId, 500));
    }

    [Fact]
    public async Task A_run_starts_while_its_adapter_is_down_and_is_observed_once_it_is_up()
    {
        using var adapter = await AdapterUnderTest.StartAsync();
        using var loop = new PlayedLoop("clean-completion", adapter.Repository);
        loop.MoveTo("04-complete");
        adapter.Stop();

        var started = await manager.Client.StartRunAsync(OpsClient.StartRequest("down-" + Guid.NewGuid().ToString("N")[..12], adapter.Endpoint));
        var runId = started.Json.GetProperty("runId").GetString()!;
        await manager.Client.AwaitRunAsync(runId, run => Transport(run).GetProperty("failureStreak").GetInt32() >= 1);
        await adapter.RestartAsync();

        await manager.Client.AwaitStateAsync(runId, "completed");
    }

    private static JsonElement Transport(JsonElement run) => run.GetProperty("transport");
}
