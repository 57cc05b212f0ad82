using LocalHost.Durable.Engine;
using Microsoft.DurableTask.Client;
using OpsFunctions.Activities;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;

namespace OpsFunctions.Tests.Orchestrations;

/// <summary>What operators of the engine raise at it becomes an intent or a note, whenever it comes, and never fails the engine.</summary>
public sealed class RaisedIntentTests
{
    private const int ManyTurns = 45;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    public static TheoryData<string> Disturbances => ["none", "activities twice", "results lost", "timers early"];

    [Fact]
    public async Task An_intent_that_is_raised_is_carried_out_like_any_other()
    {
        await using var run = await EngineUnderTest.StartAsync(prepare: static adapter => adapter.Capabilities = ["pause", "resume"]);
        run.Adapter.OnControl = order =>
        {
            run.Adapter.Paused = order.Verb == IntentVerb.Pause;
            return new OpsManager.Sprites.Adapter.AdapterAnswer<DeliveryAnswer>(new DeliveryAnswer(order.Intent, DeliveryOutcome.Done));
        };

        await run.RaiseAsync("intent", new { verb = "pause", note = "by hand" });
        await run.AdvanceAsync(Interval);
        Assert.Equal(LifecycleState.Paused, await run.StateAsync());
        await run.RaiseAsync("wake", new { intent = "resume" });
        await run.AdvanceAsync(Interval);

        Assert.Equal(LifecycleState.Running, await run.StateAsync());
        Assert.Equal(
            [(IntentVerb.Pause, IntentStatus.Confirmed, "by hand"), (IntentVerb.Resume, IntentStatus.Confirmed, null)],
            (await run.IntentsAsync()).Select(static intent => (intent.Verb, intent.Status, intent.Note)));
        Assert.All(await run.IntentsAsync(), static intent => Assert.Equal(TakeEventActivity.Raiser, intent.By));
        run.AssertDisciplined();
    }

    [Fact]
    public async Task What_is_not_possible_becomes_a_refused_intent_and_what_cannot_be_read_a_note()
    {
        await using var run = await EngineUnderTest.StartAsync();
        object?[] unreadable =
        [
            null, 42, true, "destroy", "approve everything", new[] { "pause" }, new { }, new { verb = "destroy" }, new { verb = "pause", by = "mallory" },
            new { verb = "pause", note = new string('n', 10_000) }, new { verb = "pause", note = new string('n', 100_000) }, new { kind = "pause" },
        ];
        foreach (var payload in unreadable)
        {
            await run.RaiseAsync("intent", payload);
        }

        await run.RaiseAsync("INTENT", "approve");
        await run.RaiseAsync("wake", new { intent = new { verb = "relaunch" } });
        await run.RaiseAsync("wake", new { anything = 1 });

        var intents = await run.IntentsAsync();
        Assert.Equal(
            [(IntentVerb.Approve, IntentStatus.Refused, "no_candidate"), (IntentVerb.Relaunch, IntentStatus.Refused, "no_decision_taken")],
            intents.Select(static intent => (intent.Verb, intent.Status, intent.Steps[^1].Code)));
        var rejected = await run.RejectedAsync();
        Assert.Equal(unreadable.Length, rejected.Count);
        Assert.All(rejected, static note => Assert.InRange(note.Beginning?.Length ?? 0, 0, 200));
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await run.InstanceAsync()).RuntimeStatus);
        Assert.Empty(run.Adapter.Controls);
        run.AssertDisciplined();
    }

    [Theory]
    [InlineData("before the timer")]
    [InlineData("after the timer")]
    [InlineData("alone")]
    [InlineData("with wakes around it")]
    [InlineData("during the poll")]
    [InlineData("during the apply")]
    [InlineData("while it is kept")]
    public async Task None_is_lost_or_doubled_in_whatever_turn_it_comes(string when)
    {
        await using var run = await EngineUnderTest.StartAsync();
        for (var turn = 0; turn < ManyTurns; turn++)
        {
            await RaiseAsync(run, when);
        }

        Assert.Contains(run.Executions, static execution => execution.ContinuedAsNew);
        var expected = when == "while it is kept" ? 2 * ManyTurns : ManyTurns;
        var intents = await run.IntentsAsync();
        Assert.Equal(expected, intents.Count);
        Assert.All(intents, static intent => Assert.Equal(IntentStatus.Refused, intent.Status));
        run.AssertDisciplined();
    }

    [Theory]
    [MemberData(nameof(Disturbances))]
    public async Task A_disturbed_engine_keeps_each_once(string disturbance)
    {
        await using var run = await EngineUnderTest.StartAsync(disturbance switch
        {
            "activities twice" => new DurableTestModes { RunActivitiesTwice = true },
            "results lost" => new DurableTestModes { LoseFirstActivityResult = true },
            "timers early" => new DurableTestModes { TimerLateness = TimeSpan.FromSeconds(-1) },
            _ => new DurableTestModes(),
        });
        for (var turn = 0; turn < ManyTurns; turn++)
        {
            await run.RaiseAsync("intent", "approve");
            await run.AdvanceAsync(Interval);
        }

        Assert.Equal(ManyTurns, (await run.IntentsAsync()).Count);
        run.AssertDisciplined();
    }

    [Fact]
    public async Task One_that_is_delivered_twice_has_one_effect_and_the_other_its_refusal()
    {
        await using var run = await EngineUnderTest.StartAsync(new DurableTestModes { DeliverEventsTwice = true }, static adapter => adapter.Capabilities = ["pause"]);

        await run.RaiseAsync("intent", "pause");
        await run.AdvanceAsync(Interval);

        Assert.Equal([IntentStatus.Delivered, IntentStatus.Refused], (await run.IntentsAsync()).Select(static intent => intent.Status));
        Assert.Single(run.Adapter.Controls.Select(static order => order.Intent).Distinct());
    }

    [Fact]
    public async Task A_flood_is_kept_whole_and_does_not_keep_the_engine_from_its_run()
    {
        await using var run = await EngineUnderTest.StartAsync();
        await run.InOneBatchAsync(async () =>
        {
            for (var number = 0; number < 600; number++)
            {
                await run.SendAsync("intent", "approve");
            }
        });

        Assert.Equal(600, (await run.IntentsAsync()).Count);
        Assert.InRange(run.Polls, 60, 120);
        Assert.Contains(run.Executions, static execution => execution.ContinuedAsNew);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await run.InstanceAsync()).RuntimeStatus);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1000)]
    public async Task One_that_cannot_be_kept_is_tried_again_and_at_last_given_up(int failures)
    {
        await using var run = await EngineUnderTest.StartAsync();
        var left = failures;
        run.BeforeActivity = activity => activity == nameof(TakeEventActivity) && Interlocked.Decrement(ref left) >= 0
            ? throw new InvalidOperationException("not now")
            : Task.CompletedTask;

        await run.RaiseAsync("intent", "approve");
        await run.AdvanceAsync(Interval);

        Assert.Equal(failures == 2 ? 1 : 0, (await run.IntentsAsync()).Count);
        Assert.Equal(failures == 2 ? 0 : 1, run.Log.Entries.Count(static entry => entry.Text.Contains("given up", StringComparison.Ordinal)));
        var polls = run.Polls;
        await run.AdvanceAsync(Interval);
        Assert.Equal(polls + 1, run.Polls);
    }

    [Fact]
    public async Task One_that_comes_while_the_store_is_away_waits_for_it()
    {
        await using var run = await EngineUnderTest.StartAsync();
        var away = true;
        run.BeforeActivity = _ => away ? throw new InvalidOperationException("away") : Task.CompletedTask;
        await run.RaiseAsync("intent", "approve");
        for (var step = 0; step < 60; step++)
        {
            await run.AdvanceAsync(TimeSpan.FromSeconds(30));
        }

        away = false;
        await run.AdvanceAsync(TimeSpan.FromMinutes(2));

        Assert.Single(await run.IntentsAsync());
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await run.InstanceAsync()).RuntimeStatus);
    }

    [Theory]
    [InlineData("intent")]
    [InlineData("wake")]
    public async Task One_that_meets_the_end_of_the_run_is_kept_before_the_engine_stops(string name)
    {
        await using var run = await EngineUnderTest.StartAsync();
        run.Adapter.Log("loop_complete").Stopped();
        run.BeforeActivity = async activity =>
        {
            if (activity == nameof(ApplyActivity))
            {
                run.BeforeActivity = null;
                await run.SendAsync(name, name == "wake" ? new { intent = "cancel" } : "cancel");
            }
        };
        await run.PlayOutAsync();

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await run.InstanceAsync()).RuntimeStatus);
        Assert.Equal(IntentStatus.Refused, Assert.Single(await run.IntentsAsync()).Status);
    }

    private static async Task RaiseAsync(EngineUnderTest run, string when)
    {
        switch (when)
        {
            case "alone":
                await run.RaiseAsync("intent", "approve");
                break;
            case "before the timer":
                await run.InOneBatchAsync(async () =>
                {
                    await run.SendAsync("intent", "approve");
                    run.PassTime(Interval);
                });
                break;
            case "after the timer":
                await run.InOneBatchAsync(async () =>
                {
                    run.PassTime(Interval);
                    await run.SendAsync("intent", "approve");
                });
                break;
            case "with wakes around it":
                await run.InOneBatchAsync(async () =>
                {
                    await run.SendAsync();
                    await run.SendAsync("intent", "approve");
                    await run.SendAsync();
                });
                break;
            default:
                await DuringAsync(run, when switch
                {
                    "during the poll" => nameof(PollActivity),
                    "during the apply" => nameof(ApplyActivity),
                    _ => nameof(TakeEventActivity),
                });
                break;
        }
    }

    private static async Task DuringAsync(EngineUnderTest run, string during)
    {
        // Something new to store, so that each turn has every activity.
        run.Adapter.Log("role_start");
        var sent = 0;
        run.BeforeActivity = async activity =>
        {
            if (activity == during && Interlocked.Exchange(ref sent, 1) == 0)
            {
                await run.SendAsync("intent", "approve");
            }
        };
        if (during == nameof(TakeEventActivity))
        {
            await run.RaiseAsync("intent", "reject");
        }
        else
        {
            await run.AdvanceAsync(Interval);
        }

        Assert.Equal(1, sent);
        run.BeforeActivity = null;
    }
}
