using Microsoft.DurableTask.Client;
using OpsFunctions.Activities.Polling;
using OpsFunctions.Http;
using OpsFunctions.Tests.Support;
using OpsFunctions.Timers;
using OpsManager.Core.Decisions;
using OpsManager.Core.Escalations;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Reasons;
using OpsManager.Storage.Gateway;
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
    public async Task The_audit_trail_says_who_replaced_an_engine_when_and_why()
    {
        await PolledAsync(OrchestrationRuntimeStatus.Failed);
        _app.Time.Advance(TimeSpan.FromSeconds(30));
        await TickAsync();
        await TickAsync();

        var request = _app.Request("GET", "/api/runs/run-sample/audit");
        var audit = await Answer.OfAsync(_app.Get<AuditFunctions>().ListAsync(request, "run-sample"), request);
        var entry = Assert.Single(audit.Json["value"]!.AsArray(), static item => (string)item!["kind"]! == "engine_replaced")!;
        Assert.Equal(
            ("watchdog", "engine", "replaced", "failed", 2),
            ((string)entry["by"]!, (string)entry["what"]!, (string)entry["outcome"]!, (string)entry["reason"]!, (int)entry["number"]!));
        Assert.Equal(_app.Time.GetUtcNow(), (DateTimeOffset)entry["at"]!);
        Assert.Contains("was found failed, its poll due at 2030-01-01T", (string)entry["evidence"]!, StringComparison.Ordinal);
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
        Assert.Equal(
            [(EngineSuspension.Code, ReasonCatalogue.Find(EngineSuspension.Code)!.Severity)],
            head.Run.Escalations.Select(escalation => (escalation.Code, escalation.Severity)));
        Assert.Single(await _app.Store.ReadEscalationsAsync(head.Run.Spec.RunId, 0, 10, default));
        Assert.True((await _app.Index.ListAsync(new(), null, 10, default)).Items[0].NeedsAttention);

        // Resumed, its first decision resolves it.
        var outcome = await _app.PollAsync(2);
        Assert.Contains(
            RunDecider.Decide(outcome.Run!, outcome.Input!, _app.Time.GetUtcNow()).Effects,
            effect => effect is Effect.ResolveEscalation { Code: EngineSuspension.Code });
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
    public async Task A_tick_starts_all_that_are_missing_as_on_a_new_hub_and_counts_none_as_replaced()
    {
        for (var i = 0; i < 13; i++)
        {
            await _app.CreateAsync($"run-{i:00}", sprite: $"sprite-{i}");
        }

        _app.Time.Advance(Minute);
        var report = await TickAsync();

        Assert.Equal((13, 0, 0), (report.Started, report.Replaced, report.Deferred));
        Assert.Equal(
            Enumerable.Range(0, 13).Select(i => $"run-{i:00}-g1"),
            _app.Client.Started.Select(started => started.InstanceId).Order(StringComparer.Ordinal));
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

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    [InlineData(null)]
    public async Task Two_watchdogs_that_see_the_same_engine_at_once_start_one(OrchestrationRuntimeStatus? status)
    {
        await PolledAsync(OrchestrationRuntimeStatus.Running);
        _app.Client.Instances.Clear();
        if (status is { } dead)
        {
            _app.Client.Set("run-sample-g1", dead);
        }

        _app.Time.Advance(Minute);
        using var both = new Barrier(2);
        var looks = 0;
        _app.Client.BeforeGet = id => id == "run-sample-g1" && Interlocked.Increment(ref looks) <= 2
            ? Task.Run(() => Assert.True(both.SignalAndWait(TimeSpan.FromSeconds(30))))
            : Task.CompletedTask;

        var other = _app.Another<Watchdog>(new WatchdogTicks());
        var reports = await Task.WhenAll(TickAsync(), other.TickAsync(_app.Client, default));

        Assert.Equal(1, reports.Sum(report => report.Started + report.Replaced));
        Assert.Equal(0, reports.Sum(report => report.Failures));
        Assert.Single(_app.Client.Started);
        Assert.Equal(status is null ? 1 : 2, (await _app.HeadAsync()).Engine.Generation);
        Assert.Equal(status is null ? 0 : 1, (await _app.HeadAsync()).Run.EngineReplacedAt.Count);
    }

    [Fact]
    public async Task A_poll_is_quiet_only_after_its_intervals_or_two_minutes()
    {
        await PolledAsync(OrchestrationRuntimeStatus.Running);
        var dueAt = (await _app.HeadAsync()).Poll.NextDueAt!.Value;
        _app.Client.Set("run-sample-g1", OrchestrationRuntimeStatus.Running, Samples.Start - TimeSpan.FromDays(1));
        await TickOnTimeAsync(2);

        // To the moment of the limit it has time; a second later it has not.
        _app.Time.Advance(dueAt + TimeSpan.FromMinutes(2) - _app.Time.GetUtcNow());
        Assert.Equal(0, (await TickAsync()).Replaced);
        _app.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await TickAsync()).Replaced);
    }

    [Fact]
    public async Task An_engine_that_is_not_due_is_not_even_looked_at()
    {
        await PolledAsync(OrchestrationRuntimeStatus.Failed);
        var dueAt = (await _app.HeadAsync()).Poll.NextDueAt!.Value;

        _app.Time.Advance(dueAt + TimeSpan.FromSeconds(14) - _app.Time.GetUtcNow());
        Assert.Equal(0, (await TickAsync()).Replaced);
        _app.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await TickAsync()).Replaced);
    }

    [Fact]
    public async Task An_engine_replaced_three_times_within_an_hour_is_told_of()
    {
        await PolledAsync(OrchestrationRuntimeStatus.Failed);
        for (var replacement = 1; replacement <= 2; replacement++)
        {
            await FailAndTickAsync(TimeSpan.FromMinutes(29));
            Assert.Equal(replacement + 1, (await _app.HeadAsync()).Engine.Generation);
            Assert.Empty((await _app.HeadAsync()).Run.Escalations);
        }

        await FailAndTickAsync(TimeSpan.FromMinutes(29));

        var head = await _app.HeadAsync();
        Assert.Equal([EngineReplacements.Code], head.Run.Escalations.Select(escalation => escalation.Code));
        Assert.Equal(EscalationSeverity.Critical, (await _app.Store.ReadEscalationsAsync(head.Run.Spec.RunId, 0, 10, default))[0].Severity);

        // A decision of the new engine leaves it open as long as it holds, and resolves it afterwards.
        var outcome = await _app.PollAsync(1, head.Engine.Generation);
        Assert.DoesNotContain(Decide(outcome, TimeSpan.FromMinutes(1)).Effects, effect => effect is Effect.ResolveEscalation { Code: EngineReplacements.Code });
        Assert.Contains(Decide(outcome, TimeSpan.FromMinutes(3)).Effects, effect => effect is Effect.ResolveEscalation { Code: EngineReplacements.Code });
    }

    [Fact]
    public async Task Three_replacements_in_more_than_an_hour_are_nobodys_business()
    {
        await PolledAsync(OrchestrationRuntimeStatus.Failed);
        for (var replacement = 0; replacement < 4; replacement++)
        {
            await FailAndTickAsync(TimeSpan.FromMinutes(30));
        }

        var head = await _app.HeadAsync();
        Assert.Equal(5, head.Engine.Generation);
        Assert.Empty(head.Run.Escalations);
    }

    [Fact]
    public async Task An_escalation_that_a_crash_kept_from_being_raised_is_raised_by_the_next_tick()
    {
        await PolledAsync(OrchestrationRuntimeStatus.Failed);
        await FailAndTickAsync(Minute);
        await FailAndTickAsync(Minute);
        var head = await _app.HeadAsync();
        var noted = head with { Run = EngineReplacements.Noted(head.Run, _app.Time.GetUtcNow()) };
        await _app.Store.ReplaceEngineAsync(noted, EngineRef.For(head.Run.Spec.RunId, 4), null, default);

        await TickAsync();

        Assert.Equal([EngineReplacements.Code], (await _app.HeadAsync()).Run.Escalations.Select(escalation => escalation.Code));
    }

    [Fact]
    public async Task An_engine_of_an_earlier_generation_that_still_runs_is_terminated()
    {
        await PolledAsync(OrchestrationRuntimeStatus.Running);
        _app.Client.TerminateFailure = new InvalidOperationException("unreachable");
        await TickOnTimeAsync(4);
        Assert.Equal((2, 0), ((await _app.HeadAsync()).Engine.Generation, _app.Client.Terminated.Count));

        _app.Client.TerminateFailure = null;
        Assert.Equal(1, (await TickAsync()).Retired);
        Assert.Equal(["run-sample-g1"], _app.Client.Terminated);

        // Seen to have ended once, it is not asked for again.
        await TickAsync();
        var asked = new List<string>();
        _app.Client.BeforeGet = id =>
        {
            asked.Add(id);
            return Task.CompletedTask;
        };
        Assert.Equal(0, (await TickAsync()).Retired);
        Assert.DoesNotContain("run-sample-g1", asked);
    }

    [Fact]
    public async Task A_tick_terminates_a_bounded_number_of_earlier_engines()
    {
        for (var i = 0; i < 12; i++)
        {
            var head = await _app.CreateAsync($"run-{i:00}", sprite: $"sprite-{i}");
            await _app.Store.ReplaceEngineAsync(head, EngineRef.For(head.Run.Spec.RunId, 2), null, default);
            _app.Client.Set($"run-{i:00}-g1", OrchestrationRuntimeStatus.Running);
            _app.Client.Set($"run-{i:00}-g2", OrchestrationRuntimeStatus.Running);
        }

        Assert.Equal(10, (await TickAsync()).Retired);
        Assert.Equal(2, (await TickAsync()).Retired);
        Assert.Equal(0, (await TickAsync()).Retired);
    }

    [Fact]
    public async Task A_list_row_behind_its_head_is_brought_up()
    {
        var head = await _app.CreateAsync();
        var running = head.Run with { Lifecycle = LifecycleStatus.Live(LifecycleState.Running, Samples.Start) };
        await _app.Store.ApplyAsync(running.Spec.RunId, head.Engine, new ApplyRequest("1-1", head.Revision, new Decision(running, [], [], true)), default);
        Assert.Equal(LifecycleState.Pending, (await _app.Index.ListAsync(new(), null, 10, default)).Items[0].State);

        await TickAsync();

        Assert.Equal(LifecycleState.Running, (await _app.Index.ListAsync(new(), null, 10, default)).Items[0].State);
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

    [Fact]
    public async Task A_head_that_cannot_be_read_keeps_the_watchdog_from_no_other_run()
    {
        await _app.CreateAsync("run-a");
        await _app.CreateAsync("run-b", sprite: "sprite-b");
        await _app.MakeUnreadableAsync(StorageTable.LoopRuns, "run-a", RowKeys.Head);
        _app.Time.Advance(TimeSpan.FromMinutes(6));

        var report = await TickAsync();

        Assert.Equal((2, 1, 1), (report.Runs, report.Started, report.Failures));
        Assert.Equal("run-b-g1", Assert.Single(_app.Client.Started).InstanceId);
    }

    private static Decision Decide(PollOutcome outcome, TimeSpan later) => RunDecider.Decide(outcome.Run!, outcome.Input!, outcome.Run!.DecidedAt + later);

    private async Task FailAndTickAsync(TimeSpan after)
    {
        var engine = (await _app.HeadAsync()).Engine;
        _app.Client.Set(engine.InstanceId, OrchestrationRuntimeStatus.Failed);
        _app.Time.Advance(after);
        await TickAsync();
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
