using Microsoft.DurableTask.Client;
using OpsFunctions.Tests.Support;
using OpsFunctions.Timers;
using OpsManager.Core.Decisions;
using OpsManager.Core.Lifecycle;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Timers;

public sealed class WatchdogTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly AppFixture _app = new();
    private readonly Watchdog _watchdog;

    public WatchdogTests() => _watchdog = _app.Get<Watchdog>();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task A_missing_engine_is_started()
    {
        await _app.CreateAsync();
        _app.Time.Advance(Minute);

        Assert.Equal(1, (await TickAsync()).Started);

        Assert.Equal(("run-sample-g1", 1), (_app.Client.Started[0].InstanceId, _app.Client.Started[0].Input.Generation));
        Assert.Equal(0, (await TickAsync()).Started);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    [InlineData(OrchestrationRuntimeStatus.Terminated)]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    public async Task A_dead_engine_is_replaced_at_once(OrchestrationRuntimeStatus status)
    {
        await PolledAsync(status);
        _app.Time.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(1, (await TickAsync()).Replaced);

        Assert.Equal(EngineRef.For((await _app.HeadAsync()).Run.Spec.RunId, 2), (await _app.HeadAsync()).Engine);
        Assert.Equal(("run-sample-g2", 2), (_app.Client.Started[0].InstanceId, _app.Client.Started[0].Input.Generation));
        Assert.Empty(_app.Client.Terminated);
    }

    [Fact]
    public async Task A_wedged_engine_is_replaced_only_after_the_watchdogs_own_ticks_came_on_time()
    {
        await PolledAsync(OrchestrationRuntimeStatus.Running);
        _app.Time.Advance(TimeSpan.FromMinutes(10));

        // The whole host was away: two ticks on time come first.
        Assert.Equal(0, (await TickAsync()).Replaced);
        _app.Time.Advance(Minute);
        Assert.Equal(0, (await TickAsync()).Replaced);
        _app.Time.Advance(Minute);
        Assert.Equal(1, (await TickAsync()).Replaced);

        Assert.Equal(["run-sample-g1"], _app.Client.Terminated);
        Assert.Equal(2, (await _app.HeadAsync()).Engine.Generation);

        // Its successor has its own time to poll.
        _app.Time.Advance(Minute);
        Assert.Equal(0, (await TickAsync()).Replaced);
    }

    [Fact]
    public async Task An_engine_that_polls_is_left_alone()
    {
        await PolledAsync(OrchestrationRuntimeStatus.Running);
        for (var cycle = 2; cycle < 8; cycle++)
        {
            _app.Time.Advance(Minute);
            await _app.PollAsync(cycle);
            Assert.Equal(0, (await TickAsync()).Replaced);
        }

        Assert.Empty(_app.Client.Started);
    }

    [Fact]
    public async Task An_instance_that_cannot_be_terminated_is_fenced_all_the_same()
    {
        await PolledAsync(OrchestrationRuntimeStatus.Running);
        _app.Client.TerminateFailure = new InvalidOperationException("NotFound");
        await TickOnTimeAsync(4);

        Assert.Equal(2, (await _app.HeadAsync()).Engine.Generation);
        Assert.Equal("run-sample-g2", _app.Client.Started[0].InstanceId);
    }

    [Fact]
    public async Task A_suspended_engine_is_shown_and_never_replaced()
    {
        await PolledAsync(OrchestrationRuntimeStatus.Suspended);
        await TickOnTimeAsync(6);

        var head = await _app.HeadAsync();
        Assert.Equal(1, head.Engine.Generation);
        Assert.Equal([Watchdog.EngineSuspended], head.Run.Escalations.Select(escalation => escalation.Code));
        Assert.Single(await _app.Store.ReadEscalationsAsync(head.Run.Spec.RunId, 0, 10, default));
        Assert.True((await _app.Index.ListAsync(new(), null, 10, default)).Items[0].NeedsAttention);

        // Resumed, its first decision resolves it.
        var outcome = await _app.PollAsync(2);
        Assert.Contains(
            RunDecider.Decide(outcome.Run!, outcome.Input!, _app.Time.GetUtcNow()).Effects,
            effect => effect is Effect.ResolveEscalation { Code: Watchdog.EngineSuspended });
    }

    [Fact]
    public async Task A_pending_instance_has_until_the_start_deadline()
    {
        await PolledAsync(OrchestrationRuntimeStatus.Pending);
        await TickOnTimeAsync(9);
        Assert.Equal(1, (await _app.HeadAsync()).Engine.Generation);

        await TickOnTimeAsync(2);
        Assert.Equal(2, (await _app.HeadAsync()).Engine.Generation);
    }

    [Fact]
    public async Task A_tick_replaces_a_bounded_number()
    {
        for (var i = 0; i < 13; i++)
        {
            await _app.CreateAsync($"run-{i:00}", sprite: $"sprite-{i}");
            _app.Client.Set($"run-{i:00}-g1", OrchestrationRuntimeStatus.Failed);
        }

        _app.Time.Advance(Minute);
        var first = await TickAsync();
        var second = await TickAsync();

        Assert.Equal((10, 3), (first.Replaced, first.Deferred));
        Assert.Equal((3, 0), (second.Replaced, second.Deferred));
    }

    [Fact]
    public async Task Overlapping_ticks_do_nothing_twice()
    {
        await PolledAsync(OrchestrationRuntimeStatus.Failed);
        _app.Time.Advance(Minute);

        await Task.WhenAll(TickAsync(), TickAsync(), TickAsync());

        Assert.Equal(2, (await _app.HeadAsync()).Engine.Generation);
        Assert.Single(_app.Client.Started);
    }

    [Fact]
    public async Task An_end_whose_last_step_was_lost_is_finished()
    {
        var head = await _app.CreateAsync();
        var ended = head.Run with { Lifecycle = LifecycleStatus.Ended(LifecycleState.Completed, Samples.Start, null, Quiescence.Proven, "process") };
        await _app.Store.ApplyAsync(ended.Spec.RunId, head.Engine, new ApplyRequest("1-1", head.Revision, new Decision(ended, [], [], true)), default);

        await TickAsync();

        Assert.Empty(await _app.Index.ListActiveAsync(default));
        Assert.Null(await _app.Index.FindHolderAsync(ended.Spec.Sprite.Name, default));
        Assert.Equal(LifecycleState.Completed, (await _app.Index.ListAsync(new(), null, 10, default)).Items[0].State);
    }

    [Fact]
    public async Task What_a_creation_left_behind_is_removed_once_it_is_old()
    {
        _app.Storage.Faults.Plan(3, WriteFault.CrashBefore);
        await Assert.ThrowsAsync<SimulatedCrashException>(() => _app.CreateAsync());
        await TickAsync();
        Assert.Single(await _app.Index.ListActiveAsync(default));

        _app.Time.Advance(TimeSpan.FromMinutes(6));
        await TickAsync();

        Assert.Empty(await _app.Index.ListActiveAsync(default));
        Assert.Null(await _app.Index.FindHolderAsync(Samples.Run().Spec.Sprite.Name, default));
    }

    private async Task PolledAsync(OrchestrationRuntimeStatus status)
    {
        await _app.CreateAsync();
        await _app.PollAsync(1);
        _app.Client.Set("run-sample-g1", status);
    }

    private Task<WatchdogReport> TickAsync() => _watchdog.TickAsync(_app.Client, default);

    private async Task TickOnTimeAsync(int ticks)
    {
        for (var i = 0; i < ticks; i++)
        {
            _app.Time.Advance(Minute);
            await TickAsync();
        }
    }
}
