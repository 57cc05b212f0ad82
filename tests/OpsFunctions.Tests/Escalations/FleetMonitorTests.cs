using OpsFunctions.Escalations;
using OpsManager.Core.Decisions;

namespace OpsFunctions.Tests.Escalations;

/// <summary>The manager suspects itself instead of its runs.</summary>
public sealed class FleetMonitorTests : IAsyncLifetime
{
    private static readonly string[] Runs = ["run-a", "run-b", "run-c", "run-d", "run-e"];

    private TellingApp _app = null!;
    private long _cycle;

    public async Task InitializeAsync() => _app = await TellingApp.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task When_more_than_half_fails_at_once_one_escalation_speaks_of_the_manager_and_none_of_runs()
    {
        await _app.CreateAsync(Runs);
        await PollAllAsync();
        _app.App.Adapter.Failure = "transport_unreachable";
        for (var i = 0; i < 8; i++)
        {
            await PollAllAsync();
        }

        Assert.All(await Task.WhenAll(Runs.Select(id => _app.App.HeadAsync(id))), head => Assert.NotEmpty(head.Run.Escalations));
        Assert.Equal(["escalation.raised manager:fleet_unreachable"], _app.HookTold);
        Assert.Equal(["trigger manager:fleet_unreachable"], _app.PagerTold);
        var fleet = await _app.FleetAsync();
        Assert.Equal("fleet_unreachable", (string?)fleet["suspicion"]!["code"]);
        Assert.Equal("critical", (string?)fleet["suspicion"]!["severity"]);
        Assert.Equal(5, (int)fleet["notifications"]!["held"]!);

        _app.App.Adapter.Failure = null;
        await PollAllAsync();
        await PollAllAsync();

        Assert.Equal(["escalation.raised manager:fleet_unreachable", "escalation.resolved manager:fleet_unreachable"], _app.HookTold);
        Assert.Null((await _app.FleetAsync())["suspicion"]);
    }

    [Fact]
    public async Task A_failed_poll_says_that_the_manager_is_suspected_as_long_as_it_is()
    {
        await _app.CreateAsync(Runs);
        _app.App.Adapter.Failure = "transport_unreachable";
        Assert.False(await SuspectedAsync());
        await PollAllAsync();
        Assert.True(await SuspectedAsync());

        _app.App.Adapter.Failure = null;
        await PollAllAsync();
        _app.App.Adapter.Failure = "transport_unreachable";
        Assert.False(await SuspectedAsync());
    }

    [Fact]
    public async Task What_is_still_unreachable_after_the_recovery_is_told_then()
    {
        await _app.CreateAsync(Runs);
        _app.App.Adapter.Failure = "transport_unreachable";
        for (var i = 0; i < 8; i++)
        {
            await PollAllAsync();
        }

        _app.App.Adapter.Failure = null;
        await PollAllAsync(Runs[1..]);

        Assert.Equal(
            ["escalation.raised manager:fleet_unreachable", "escalation.raised run-a:transport_unreachable", "escalation.resolved manager:fleet_unreachable"],
            _app.HookTold.Order());
    }

    [Fact]
    public async Task Two_runs_are_no_fleet_and_half_is_not_more_than_half()
    {
        var tally = new FleetTally();
        await _app.CreateAsync("run-a", "run-b");
        _app.App.Adapter.Failure = "transport_unreachable";
        await PollAllAsync("run-a", "run-b");
        await _app.App.Get<FleetMonitor>().JudgeAsync(tally, default);

        Assert.Null((await _app.FleetAsync())["suspicion"]);
        Assert.False(OpsManager.Core.Alerts.FleetSuspicion.Holds(2, 2));
        Assert.False(OpsManager.Core.Alerts.FleetSuspicion.Holds(6, 3));
        Assert.True(OpsManager.Core.Alerts.FleetSuspicion.Holds(5, 3));
    }

    [Fact]
    public async Task Adapters_that_answer_that_nothing_was_started_are_reached()
    {
        await _app.CreateAsync(Runs);
        _app.App.Adapter.Failure = "loop_not_started";
        for (var i = 0; i < 3; i++)
        {
            await PollAllAsync();
        }

        Assert.Null((await _app.FleetAsync())["suspicion"]);
    }

    [Fact]
    public async Task Two_watchdogs_at_once_raise_one()
    {
        await _app.CreateAsync(Runs);
        _app.App.Adapter.Failure = "transport_unreachable";
        foreach (var id in Runs)
        {
            await _app.CycleAsync(id, ++_cycle);
        }

        await Task.WhenAll(_app.WatchAsync(), _app.WatchAsync());
        await _app.DispatchAsync();
        await _app.DispatchAsync();

        Assert.Single(_app.Hook.Received);
    }

    private async Task<bool> SuspectedAsync() =>
        Assert.IsType<DecisionInput.PollFailed>((await _app.App.PollAsync(++_cycle, id: "run-a")).Input).Failure.ManagerSuspected;

    private async Task PollAllAsync(params string[] ids)
    {
        _app.App.Time.Advance(TimeSpan.FromSeconds(20));
        _cycle++;
        foreach (var id in ids.Length == 0 ? Runs : ids)
        {
            await _app.CycleAsync(id, _cycle);
        }

        await _app.WatchAsync();
        await _app.DispatchAsync();
    }
}
