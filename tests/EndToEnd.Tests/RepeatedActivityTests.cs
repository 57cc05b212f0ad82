using EndToEnd.Tests.Hosting;

namespace EndToEnd.Tests;

/// <summary>LocalHost only: every activity may run twice, or once with its result lost.</summary>
public sealed class RepeatedActivityTests
{
    [LocalHostTheory]
    [InlineData("RunActivitiesTwice")]
    [InlineData("LoseFirstActivityResult")]
    public async Task Repeated_activities_change_nothing(string mode)
    {
        var manager = new ManagerUnderTest();
        manager.Settings[$"LocalHost__TestModes__{mode}"] = "true";
        await manager.InitializeAsync();
        try
        {
            using var adapter = await AdapterUnderTest.StartAsync();
            using var loop = new PlayedLoop("approval-approve", adapter.Repository);
            loop.MoveTo("01-running");
            var started = await manager.Client.StartRunAsync(OpsClient.StartRequest("repeated", adapter.Endpoint));
            var runId = started.Json.GetProperty("runId").GetString()!;
            foreach (var (step, state) in new[] { ("01-running", "running"), ("02-awaiting-approval", "awaiting_approval"), ("04-approved-not-consumed", "awaiting_relaunch"), ("06-consumed-complete", "completed") })
            {
                loop.MoveTo(step);
                await manager.Client.AwaitStateAsync(runId, state);
            }

            var transitions = (await manager.Client.GetAsync($"/api/runs/{runId}/transitions")).Json.GetProperty("value").EnumerateArray().Select(step => step.GetProperty("to").GetString());
            Assert.Equal(["pending", "running", "awaiting_approval", "awaiting_relaunch", "completed"], transitions);
            LoopRunTests.AssertEventsAreTheLog(loop.LogFrom(0), await manager.Client.ReadEventsAsync(runId, 500));
        }
        finally
        {
            await manager.DisposeAsync();
        }
    }
}
