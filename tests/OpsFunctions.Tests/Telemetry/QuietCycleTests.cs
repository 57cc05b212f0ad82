using OpsFunctions.Tests.Support;
using OpsManager.Core.Lifecycle;

namespace OpsFunctions.Tests.Telemetry;

/// <summary>What a cycle in which nothing happens costs: whoever makes it dearer makes a hundred runs a hundred times dearer.</summary>
public sealed class QuietCycleTests : IDisposable
{
    private readonly AppFixture _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task A_quiet_cycle_of_a_running_run_asks_storage_for_one_read_and_one_write()
    {
        await _app.CreateAsync();
        _app.Adapter.Log("loop_start", "iteration_start");
        Assert.Equal(LifecycleState.Running, (await _app.CycleAsync(1)).Run.Lifecycle.State);

        await AssertQuietAsync(2);
    }

    [Fact]
    public async Task A_quiet_cycle_of_a_run_that_waits_for_a_person_costs_the_same()
    {
        await _app.CreateAsync();
        _app.Adapter.Log("loop_start", "iteration_start", "approval_requested").Stopped();
        await _app.CycleAsync(1);
        await _app.CycleAsync(2);
        Assert.Equal(LifecycleState.AwaitingApproval, (await _app.HeadAsync()).Run.Lifecycle.State);

        await AssertQuietAsync(3);
    }

    [Fact]
    public async Task A_quiet_cycle_of_a_run_that_has_not_begun_costs_the_same()
    {
        await _app.CreateAsync();
        _app.Adapter.Stopped();
        await _app.CycleAsync(1);
        await _app.CycleAsync(2);
        Assert.Equal(LifecycleState.Pending, (await _app.HeadAsync()).Run.Lifecycle.State);

        await AssertQuietAsync(3);
    }

    [Fact]
    public async Task A_cycle_with_events_and_a_decision_is_bounded()
    {
        await _app.CreateAsync();
        _app.Adapter.Log("loop_start", "iteration_start");
        await _app.CycleAsync(1);
        _app.Adapter.Log("role_start", "role_end");
        var before = _app.Storage.Calls.Total;
        _app.Time.Advance(TimeSpan.FromSeconds(5));

        await _app.CycleAsync(2);

        // Poll: head, events, snapshot, facts. Decision: head, transaction. List: its row, the active row, the claim.
        Assert.InRange(_app.Storage.Calls.Total - before, 4, 10);
    }

    private async Task AssertQuietAsync(long cycle)
    {
        for (var i = 0; i < 3; i++)
        {
            _app.Time.Advance(TimeSpan.FromSeconds(5));
            var (reads, writes, total) = (_app.Storage.Calls.Reads, _app.Storage.Calls.Writes, _app.Storage.Calls.Total);

            var decision = await _app.CycleAsync(cycle + i);

            Assert.False(decision.Changed);
            Assert.Equal((1, 1, 2), (_app.Storage.Calls.Reads - reads, _app.Storage.Calls.Writes - writes, _app.Storage.Calls.Total - total));
        }
    }
}
