using LocalHost.Durable.Engine;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using OpsFunctions.Activities;
using OpsFunctions.Orchestrations;
using OpsManager.Core.Decisions;
using OpsManager.Core.Lifecycle;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Orchestrations;

/// <summary>The orchestrator under everything the engine may do at any time.</summary>
public sealed class LoopRunOrchestratorTests
{
    // Beyond the turns after which an execution gives way to the next, both the usual and the utmost.
    private const int ManyTurns = 45;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public static TheoryData<string> Disturbances => [.. Modes.Keys];

    private static Dictionary<string, DurableTestModes> Modes { get; } = new(StringComparer.Ordinal)
    {
        ["events twice"] = new() { DeliverEventsTwice = true },
        ["activities twice"] = new() { RunActivitiesTwice = true },
        ["results lost"] = new() { LoseFirstActivityResult = true },
        ["timers late"] = new() { TimerLateness = TimeSpan.FromSeconds(31) },
        ["timers early"] = new() { TimerLateness = TimeSpan.FromSeconds(-1) },
        ["everything"] = new() { DeliverEventsTwice = true, RunActivitiesTwice = true, LoseFirstActivityResult = true, TimerLateness = TimeSpan.FromSeconds(-1) },
    };

    [Theory]
    [MemberData(nameof(Disturbances))]
    public async Task A_disturbed_engine_comes_to_the_same_end(string disturbance)
    {
        Assert.Equal(await PlayAsync(new DurableTestModes()), await PlayAsync(Modes[disturbance]));
    }

    [Fact]
    public async Task A_copy_of_the_engine_under_another_id_ends_at_once()
    {
        await using var run = await EngineUnderTest.StartAsync();
        var polls = run.Polls;

        // What "restart" of the Durable HTTP API and of monitors does.
        var copy = await run.Client.RestartAsync(run.InstanceId, restartWithNewInstanceId: true);
        await run.IdleAsync();

        var ended = (await run.Client.GetInstanceAsync(copy, getInputsAndOutputs: true))!;
        Assert.Equal(OrchestrationRuntimeStatus.Completed, ended.RuntimeStatus);
        Assert.Contains("not_the_engine", ended.SerializedCustomStatus, StringComparison.Ordinal);
        Assert.Equal(polls, run.Polls);
        Assert.Contains(run.Log.Entries, entry => entry.Text.Contains("is not its engine", StringComparison.Ordinal));
        Assert.True((await run.InstanceAsync()).IsRunning);
        await run.AdvanceAsync(Interval);
        Assert.Equal(polls + 1, run.Polls);
    }

    [Fact]
    public async Task An_input_of_a_newer_format_is_refused_and_not_guessed_at()
    {
        await using var run = await EngineUnderTest.StartAsync();
        var polls = run.Polls;

        var newer = new EngineInput { RunId = run.Created.Run.Spec.RunId, Generation = 9, Version = EngineInput.CurrentVersion + 1 };
        var instance = await run.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(LoopRunOrchestrator), newer, new StartOrchestrationOptions($"{newer.RunId}-g{newer.Generation}"));
        await run.IdleAsync();

        var ended = (await run.Client.GetInstanceAsync(instance, getInputsAndOutputs: true))!;
        Assert.Equal(OrchestrationRuntimeStatus.Failed, ended.RuntimeStatus);
        Assert.Contains("format 2", ended.FailureDetails!.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal(polls, run.Polls);
    }

    [Fact]
    public async Task Quiet_cycles_leave_no_timer_behind()
    {
        await using var run = await EngineUnderTest.StartAsync();
        for (var cycle = 0; cycle < ManyTurns; cycle++)
        {
            await run.AdvanceAsync(Interval);
        }

        run.AssertDisciplined();
        Assert.True(run.Executions.Count >= 2, "The history was never shed.");
        Assert.All(run.Executions, static execution =>
        {
            Assert.True(execution.ContinuedAsNew);
            Assert.Equal(0, execution.DroppedTimers);
        });
        Assert.InRange(run.Polls, ManyTurns, ManyTurns + 3);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_that_was_decided_on_by_a_clock_ahead_is_polled_no_later(bool inTrouble)
    {
        await using var run = await EngineUnderTest.StartAsync();
        var head = await run.HeadAsync();
        var ahead = new Decision(head.Run with { DecidedAt = head.Run.DecidedAt.AddMinutes(10) }, [], [], Changed: true);
        Assert.IsType<WriteResult.Written>(
            await run.Get<IRunStore>().ApplyAsync(head.Run.Spec.RunId, head.Engine, new ApplyRequest("ahead", head.Revision, ahead), default));
        await run.AdvanceAsync(Interval);
        if (inTrouble)
        {
            run.BeforeActivity = activity => throw new InvalidOperationException($"{activity} is away.");
            await run.AdvanceAsync(Interval);
            run.BeforeActivity = null;
        }

        var polls = run.Polls;
        await run.AdvanceAsync(Interval);

        Assert.Equal(polls + 1, run.Polls);
        Assert.Equal(head.Run.DecidedAt.AddMinutes(10), (await run.HeadAsync()).Run.DecidedAt);
        run.AssertDisciplined();
    }

    [Fact]
    public async Task A_wake_leaves_at_most_one_timer_behind()
    {
        await using var run = await EngineUnderTest.StartAsync();
        for (var wake = 0; wake < 3 * ManyTurns; wake++)
        {
            await run.RaiseAsync();
        }

        run.AssertDisciplined();
        Assert.NotEmpty(run.Executions);
        Assert.All(run.Executions, static execution => Assert.InRange(execution.DroppedTimers, 0, 1));
        Assert.InRange(run.Polls, 3 * ManyTurns, (3 * ManyTurns) + 5);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_wake_is_answered_by_a_poll_in_whatever_turn_it_meets_the_timer(bool wakeFirst)
    {
        await using var run = await EngineUnderTest.StartAsync();
        for (var turn = 0; turn < ManyTurns; turn++)
        {
            var before = run.Polls;
            await run.InOneBatchAsync(async () =>
            {
                if (wakeFirst)
                {
                    await run.SendAsync();
                }

                run.PassTime(Interval);
                if (!wakeFirst)
                {
                    await run.SendAsync();
                }
            });
            Assert.InRange(run.Polls - before, 1, 2);
        }

        run.AssertDisciplined();
        Assert.Contains(run.Executions, static execution => execution.ContinuedAsNew);
    }

    [Theory]
    [InlineData(nameof(PollActivity), false)]
    [InlineData(nameof(PollActivity), true)]
    [InlineData(nameof(ApplyActivity), false)]
    public async Task A_wake_during_an_activity_is_answered_by_another_poll(string during, bool batched)
    {
        await using var run = await EngineUnderTest.StartAsync();
        for (var turn = 0; turn < ManyTurns; turn++)
        {
            // Something new to store, so that each turn has both activities.
            run.Adapter.Log("role_start");
            var sent = 0;
            var pollsThen = 0;
            run.BeforeActivity = async activity =>
            {
                if (activity == during && Interlocked.Exchange(ref sent, 1) == 0)
                {
                    pollsThen = run.Polls;
                    await run.SendAsync();
                }
            };
            if (batched)
            {
                await run.InOneBatchAsync(() =>
                {
                    run.PassTime(Interval);
                    return Task.CompletedTask;
                });
            }
            else
            {
                await run.AdvanceAsync(Interval);
            }

            Assert.Equal(1, sent);
            Assert.True(run.Polls > pollsThen, $"The wake of turn {turn} got lost.");
        }

        run.AssertDisciplined();
    }

    [Fact]
    public async Task A_thousand_wakes_at_once_cost_a_few_polls()
    {
        await using var run = await EngineUnderTest.StartAsync();
        var before = run.Polls;
        await run.InOneBatchAsync(async () =>
        {
            for (var wake = 0; wake < 1000; wake++)
            {
                await run.SendAsync();
            }
        });

        run.AssertDisciplined();
        Assert.InRange(run.Polls - before, 1, 40);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await run.InstanceAsync()).RuntimeStatus);

        var quiet = run.Polls;
        await run.AdvanceAsync(Interval);
        Assert.Equal(quiet + 1, run.Polls);
    }

    [Fact]
    public async Task Events_that_nobody_takes_are_not_handed_from_execution_to_execution()
    {
        await using var run = await EngineUnderTest.StartAsync();
        for (var raised = 0; raised < 50; raised++)
        {
            await run.RaiseAsync("other", new { kind = "pause", note = raised });
        }

        var before = run.Polls;
        for (var cycle = 0; cycle < ManyTurns; cycle++)
        {
            await run.AdvanceAsync(Interval);
        }

        run.AssertDisciplined();
        Assert.Equal(before + ManyTurns, run.Polls);
        Assert.Contains(run.Executions, static execution => execution.ContinuedAsNew);
        Assert.Equal(LifecycleState.Running, await run.StateAsync());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a text")]
    [InlineData(42)]
    [InlineData(true)]
    public async Task Whatever_a_wake_carries_it_is_a_wake(object? payload)
    {
        await using var run = await EngineUnderTest.StartAsync();
        var before = run.Polls;

        await run.RaiseAsync(payload: payload);
        await run.RaiseAsync("WAKE", payload);

        Assert.Equal(before + 2, run.Polls);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await run.InstanceAsync()).RuntimeStatus);
        run.AssertDisciplined();
    }

    [Fact]
    public async Task Suspended_it_does_nothing_and_resumed_it_goes_on()
    {
        await using var run = await EngineUnderTest.StartAsync();
        run.BeforeActivity = async activity =>
        {
            run.BeforeActivity = null;
            await run.Client.SuspendInstanceAsync(run.InstanceId, "maintenance");
        };
        await run.AdvanceAsync(Interval);
        var suspended = run.Polls;
        await run.RaiseAsync();
        await run.RaiseAsync();
        await run.AdvanceAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(suspended, run.Polls);

        await run.Client.ResumeInstanceAsync(run.InstanceId);
        await run.IdleAsync();

        Assert.InRange(run.Polls, suspended + 1, suspended + 3);
        await EndAsync(run);
        Assert.Equal(LifecycleState.Completed, await run.StateAsync());
    }

    [Fact]
    public async Task Terminated_in_the_middle_of_a_cycle_it_is_started_again_and_comes_to_the_same_end()
    {
        await using var run = await EngineUnderTest.StartAsync();
        run.BeforeActivity = async activity =>
        {
            run.BeforeActivity = null;
            await run.Client.TerminateInstanceAsync(run.InstanceId, "by hand");
        };
        await run.AdvanceAsync(Interval);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await run.InstanceAsync()).RuntimeStatus);
        Assert.Equal(LifecycleState.Running, await run.StateAsync());

        await run.EnsureStartedAsync();
        await PlayOnAsync(run);

        Assert.Equal(await PlayAsync(new DurableTestModes()), await run.OutcomeAsync());
        run.AssertDisciplined();
    }

    [Theory]
    [InlineData(nameof(PollActivity), 1)]
    [InlineData(nameof(PollActivity), 7)]
    [InlineData(nameof(ApplyActivity), 2)]
    [InlineData(nameof(ApplyActivity), 5)]
    public async Task Activities_that_fail_for_a_while_do_not_end_the_engine(string failing, int times)
    {
        await using var run = await EngineUnderTest.StartAsync();
        var left = times;
        run.BeforeActivity = activity => activity == failing && Interlocked.Decrement(ref left) >= 0
            ? throw new InvalidOperationException(new string('x', 100_000))
            : Task.CompletedTask;

        await PlayOnAsync(run);

        Assert.Equal(await PlayAsync(new DurableTestModes()), await run.OutcomeAsync());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await run.InstanceAsync()).RuntimeStatus);
        run.AssertDisciplined();
    }

    private static async Task<string> PlayAsync(DurableTestModes modes)
    {
        await using var run = await EngineUnderTest.StartAsync(modes);
        await PlayOnAsync(run);
        run.AssertDisciplined();
        return await run.OutcomeAsync();
    }

    private static async Task PlayOnAsync(EngineUnderTest run)
    {
        await run.AdvanceAsync(Interval);
        run.Adapter.Log("role_start");
        await run.RaiseAsync();
        for (var cycle = 0; cycle < ManyTurns; cycle++)
        {
            await run.AdvanceAsync(Interval);
        }

        run.Adapter.Log("iteration_end", "iteration_start");
        await run.AdvanceAsync(TimeSpan.FromSeconds(40));
        await run.RaiseAsync("intent", "not a command");
        await EndAsync(run);
    }

    private static async Task EndAsync(EngineUnderTest run)
    {
        run.Adapter.Log("loop_complete").Stopped();
        await run.PlayOutAsync();
    }
}
