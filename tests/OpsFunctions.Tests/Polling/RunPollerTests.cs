using OpsFunctions.Activities.Polling;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Decisions;
using OpsManager.Core.Observations;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Polling;

public sealed class RunPollerTests : IDisposable
{
    private readonly AppFixture _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task Events_are_stored_once_in_order_and_observed()
    {
        await _app.CreateAsync();
        _app.Adapter.Log("loop_start", "iteration_start", "role_start");

        var observation = Observation(await _app.PollAsync(1));

        Assert.True(observation.CaughtUp);
        Assert.Equal(3, observation.Evidence.Through);
        Assert.Equal("role_start", observation.Evidence.LastEventName);
        Assert.Equal([1L, 2L, 3L], (await _app.EventsAsync()).Select(stored => stored.Line));
    }

    [Fact]
    public async Task A_quiet_poll_costs_one_call_and_one_write()
    {
        await _app.CreateAsync();
        _app.Adapter.Log("loop_start", "iteration_start");
        await _app.PollAsync(1);
        var (calls, events, writes, revision) = (_app.Adapter.SnapshotCalls, _app.Adapter.EventCalls, _app.Storage.Faults.Writes, (await _app.HeadAsync()).Revision);
        _app.Time.Advance(TimeSpan.FromSeconds(5));

        await _app.PollAsync(2);

        Assert.Equal((calls + 1, events, writes + 1), (_app.Adapter.SnapshotCalls, _app.Adapter.EventCalls, _app.Storage.Faults.Writes));
        var head = await _app.HeadAsync();
        Assert.Equal(revision, head.Revision);
        Assert.Equal(1, head.SnapshotCount);
        Assert.Equal(_app.Time.GetUtcNow(), head.Poll.LastSuccessAt);
        Assert.True(head.Poll.NextDueAt > _app.Time.GetUtcNow());
    }

    [Fact]
    public async Task An_attached_run_begins_at_the_newest_launch_that_was_no_mere_wait()
    {
        await _app.CreateAsync();
        _app.Adapter.Log("loop_start", "loop_stop", "loop_start", "iteration_start", "approval_requested", "loop_start", "approval_wait");

        var observation = Observation(await _app.PollAsync(1));

        Assert.Equal(3, (await _app.EventsAsync())[0].Line);
        Assert.Equal(5, (await _app.EventsAsync()).Count);
        Assert.Equal(2, observation.Evidence.Attempts[0].BaseLine);
        Assert.Null((await _app.HeadAsync()).Log.Scan);
    }

    [Fact]
    public async Task The_search_for_the_beginning_goes_on_over_cycles()
    {
        await _app.CreateAsync();
        _app.Adapter.Log([.. Enumerable.Repeat("role_start", 150), "loop_start", "iteration_start"]);
        _app.Adapter.Poison.UnionWith([110, 111, 112, 113, 114, 115]);

        var failed = await _app.PollAsync(1);
        var between = (await _app.HeadAsync()).Log.Scan;
        _app.Adapter.Poison.Clear();
        await _app.PollAsync(2);

        // What was searched before the trouble is not searched again.
        Assert.NotNull(failed.Input);
        Assert.True(between is { Line: > 0 });
        Assert.Equal([151L, 152L], (await _app.EventsAsync()).Select(stored => stored.Line));
    }

    [Fact]
    public async Task A_run_without_a_launch_begins_with_the_next_line()
    {
        await _app.CreateAsync();
        await _app.PollAsync(1);
        _app.Adapter.Log("loop_start", "iteration_start");

        await _app.PollAsync(2);

        Assert.Equal([1L, 2L], (await _app.EventsAsync()).Select(stored => stored.Line));
    }

    [Fact]
    public async Task Pages_and_the_cycles_bound_leave_no_line_out()
    {
        await _app.CreateAsync();
        _app.Adapter.Log(["loop_start", .. Enumerable.Repeat("role_start", 749)]);

        var first = Observation(await _app.PollAsync(1));
        Assert.False(first.CaughtUp);
        Assert.Equal(500, first.Evidence.Through);

        Assert.True(Observation(await _app.PollAsync(2)).CaughtUp);
        Assert.Equal(Enumerable.Range(1, 750).Select(line => (long)line), (await _app.EventsAsync()).Select(stored => stored.Sequence));
    }

    [Fact]
    public async Task A_poison_line_takes_a_number_and_stops_nothing()
    {
        await _app.CreateAsync();
        _app.Adapter.Log("loop_start", "iteration_start", "role_start", "role_end", "iteration_end");
        _app.Adapter.Poison.Add(3);
        _app.Adapter.Unreadable.Add(4);

        var observation = await PollUntilCaughtUpAsync();

        Assert.Equal(2, observation.Evidence.Quarantined);
        var events = await _app.EventsAsync();
        Assert.Equal([1L, 2L, 3L, 4L, 5L], events.Select(stored => stored.Line));
        Assert.Equal([null, null, PoisonLineProbe.QuarantineReason, "not_an_object", null], events.Select(stored => stored.QuarantineReason));
        Assert.All(events, stored => Assert.Equal(64, stored.Hash.Length));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("log-1")]
    public async Task A_log_that_was_cut_goes_on_in_a_new_epoch(string? identity)
    {
        await _app.CreateAsync();
        _app.Adapter.Identity = identity;
        _app.Adapter.Log("loop_start", "iteration_start", "role_start", "role_end");
        await _app.PollAsync(1);
        _app.Adapter.Truncate(2);

        var observation = Observation(await _app.PollAsync(2));
        _app.Adapter.Log("role_start");
        await _app.PollAsync(3);

        Assert.Equal([LogChanges.Truncated], observation.LogChanges);
        Assert.Equal([(1, 1L), (1, 2L), (1, 3L), (1, 4L), (2, 3L)], (await _app.EventsAsync()).Select(stored => (stored.Epoch, stored.Line)));
    }

    [Fact]
    public async Task A_log_that_was_cut_and_has_grown_again_is_noticed()
    {
        await _app.CreateAsync();
        _app.Adapter.Log("loop_start", "iteration_start", "role_start", "role_end");
        await _app.PollAsync(1);
        _app.Adapter.Truncate(2);
        _app.Adapter.Log("role_start", "role_end", "iteration_end");

        var observation = Observation(await _app.PollAsync(2));

        Assert.Equal([LogChanges.Truncated], observation.LogChanges);
        Assert.Equal([3L, 4L, 5L], (await _app.EventsAsync()).Where(stored => stored.Epoch == 2).Select(stored => stored.Line));
    }

    [Fact]
    public async Task Another_log_is_read_from_its_start()
    {
        await _app.CreateAsync();
        _app.Adapter.Log("loop_start", "iteration_start", "role_start");
        await _app.PollAsync(1);
        _app.Adapter.Truncate(0);
        _app.Adapter.Log("loop_start", "iteration_start");

        var observation = Observation(await _app.PollAsync(2));

        Assert.Equal([LogChanges.Replaced], observation.LogChanges);
        Assert.Equal([(2, 1L), (2, 2L)], (await _app.EventsAsync()).Skip(3).Select(stored => (stored.Epoch, stored.Line)));
    }

    [Fact]
    public async Task A_copy_of_the_same_log_is_no_other_log()
    {
        await _app.CreateAsync();
        _app.Adapter.Identity = "inode-1";
        _app.Adapter.Log("loop_start", "iteration_start");
        await _app.PollAsync(1);
        _app.Adapter.Identity = "inode-2";
        _app.Adapter.Log("role_start");

        var observation = Observation(await _app.PollAsync(2));

        Assert.Empty(observation.LogChanges);
        Assert.Equal((1, "inode-2", 3L), ((await _app.HeadAsync()).Log.Epoch, (await _app.HeadAsync()).Log.Identity, (await _app.HeadAsync()).StoredThrough));
    }

    [Fact]
    public async Task A_lost_result_loses_neither_events_nor_the_change_of_the_log()
    {
        await _app.CreateAsync();
        _app.Adapter.Log("loop_start", "iteration_start", "role_start");
        await _app.PollAsync(1);
        _app.Adapter.Truncate(0);
        _app.Adapter.Log("loop_start", "iteration_start");
        await _app.PollAsync(2);

        var repeated = Observation(await _app.PollAsync(2));

        Assert.Equal([LogChanges.Replaced], repeated.LogChanges);
        Assert.Equal(5, repeated.Evidence.Through);
        Assert.Equal(5, (await _app.EventsAsync()).Count);
    }

    [Theory]
    [InlineData(WriteFault.CrashBefore)]
    [InlineData(WriteFault.CrashAfter)]
    public async Task A_crash_between_any_two_writes_changes_nothing_in_the_end(WriteFault fault)
    {
        for (var nth = 1; nth <= 8; nth++)
        {
            using var app = new AppFixture();
            await app.CreateAsync();
            app.Adapter.Log(["loop_start", .. Enumerable.Repeat("role_start", 249)]);
            app.Storage.Faults.Plan(nth, fault);
            for (var cycle = 1; cycle <= 3; cycle++)
            {
                try
                {
                    await app.PollAsync(cycle);
                }
                catch (SimulatedCrashException)
                {
                    await app.PollAsync(cycle);
                }
            }

            app.Storage.Faults.Clear();
            Assert.Equal(Enumerable.Range(1, 250).Select(line => (long)line), (await app.EventsAsync()).Select(stored => stored.Line));
            Assert.Equal(250, Observation(await app.PollAsync(9)).Evidence.Through);
        }
    }

    [Fact]
    public async Task Failures_are_counted_once_a_cycle_and_forgotten_after_a_success()
    {
        await _app.CreateAsync();
        _app.Adapter.Failure = "transport_unreachable";
        var first = Failure(await _app.PollAsync(1));
        var again = Failure(await _app.PollAsync(1));
        _app.Time.Advance(TimeSpan.FromSeconds(2));
        var second = Failure(await _app.PollAsync(2));

        Assert.Equal((1, 1, 2), (first.Streak, again.Streak, second.Streak));
        Assert.Equal(Samples.Start, second.Since);
        Assert.Equal("transport_unreachable", (await _app.HeadAsync()).Poll.FailureCode);

        _app.Adapter.Failure = null;
        await _app.PollAsync(3);
        Assert.Equal((null, 0), ((await _app.HeadAsync()).Poll.FailureCode, (await _app.HeadAsync()).Poll.FailureStreak));
    }

    [Fact]
    public async Task An_adapter_that_hangs_is_given_up_in_time()
    {
        await _app.CreateAsync();
        _app.Adapter.Hangs = true;

        Assert.Equal("transport_timeout", Failure(await _app.PassTimeUntilAsync(_app.PollAsync(1))).Code);
    }

    [Fact]
    public async Task A_page_that_fails_keeps_what_was_read_and_the_cursor()
    {
        await _app.CreateAsync();
        _app.Adapter.Log("loop_start", "iteration_start");
        await _app.PollAsync(1);
        _app.Adapter.Log("role_start");
        _app.Adapter.EventsFailure = "transport_unreachable";

        Assert.Equal("transport_unreachable", Failure(await _app.PollAsync(2)).Code);
        Assert.Equal(2, (await _app.HeadAsync()).Log.Line);

        _app.Adapter.EventsFailure = null;
        Assert.Equal(3, Observation(await _app.PollAsync(3)).Evidence.Through);
    }

    [Fact]
    public async Task Another_engine_may_not_poll()
    {
        var head = await _app.CreateAsync();
        await _app.Store.ReplaceEngineAsync(head, EngineRef.For(head.Run.Spec.RunId, 2), null, default);

        Assert.Equal(PollOutcomeKind.Fenced, (await _app.PollAsync(1, generation: 1)).Kind);
        Assert.Equal(PollOutcomeKind.Decide, (await _app.PollAsync(1, generation: 2)).Kind);
        Assert.Equal(PollOutcomeKind.Fenced, (await _app.PollAsync(1, id: "run-nobody")).Kind);
    }

    [Fact]
    public async Task Before_a_launch_of_ours_nothing_belongs_to_the_run()
    {
        await _app.CreateAsync(launch: LaunchKind.Start);
        _app.Adapter.Capabilities = ["start"];
        _app.Adapter.Log("loop_start", "loop_complete");

        var outcome = await _app.PollAsync(1);

        Assert.Empty(await _app.EventsAsync());
        Assert.True(Observation(outcome).CaughtUp);
        Assert.Contains(RunDecider.Decide(outcome.Run!, outcome.Input!, Samples.Start).Effects, effect => effect is Effect.StartRuntime);
    }

    private async Task<Observation> PollUntilCaughtUpAsync()
    {
        for (var cycle = 1; ; cycle++)
        {
            var observation = Observation(await _app.PollAsync(cycle));
            if (observation.CaughtUp || cycle == 10)
            {
                return observation;
            }
        }
    }

    private static Observation Observation(PollOutcome outcome) => Assert.IsType<DecisionInput.Observed>(outcome.Input).Observation;

    private static PollFailure Failure(PollOutcome outcome) => Assert.IsType<DecisionInput.PollFailed>(outcome.Input).Failure;
}
