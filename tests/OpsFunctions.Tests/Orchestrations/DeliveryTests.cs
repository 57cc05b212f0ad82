using Microsoft.DurableTask.Client;
using OpsFunctions.Activities;
using OpsFunctions.Http;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Sprites.Adapter;

namespace OpsFunctions.Tests.Orchestrations;

/// <summary>How an engine takes intents to the adapter and back.</summary>
public sealed class DeliveryTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task An_intent_goes_from_accepted_to_confirmed_with_one_call_whose_order_rises()
    {
        await using var run = await ControlledAsync();
        await AskAsync(run, IntentVerb.Pause);
        await run.RaiseAsync();
        await run.AdvanceAsync(Interval);
        await AskAsync(run, IntentVerb.Resume);
        await run.RaiseAsync();
        await run.AdvanceAsync(Interval);

        var intents = await run.IntentsAsync();
        Assert.All(intents, static intent => Assert.Equal(
            [IntentStatus.Accepted, IntentStatus.Sending, IntentStatus.Delivered, IntentStatus.Confirmed],
            intent.Steps.Select(static step => step.Status)));
        Assert.Equal(intents.Select(static intent => intent.Id), run.Adapter.Controls.Select(static order => order.Intent));
        Assert.True(run.Adapter.Controls[0].Order < run.Adapter.Controls[1].Order);
        Assert.Equal((LifecycleState.Running, 0), ((await run.HeadAsync()).Run.Lifecycle.State, (await run.HeadAsync()).Run.Intents.Count));
        run.AssertDisciplined();
    }

    [Fact]
    public async Task Nothing_is_sent_twice_because_an_activity_ran_twice_or_its_answer_was_lost()
    {
        foreach (var modes in new[] { new LocalHost.Durable.Engine.DurableTestModes { RunActivitiesTwice = true }, new() { LoseFirstActivityResult = true } })
        {
            await using var run = await ControlledAsync(modes);
            await AskAsync(run, IntentVerb.Pause);
            await run.RaiseAsync();
            await run.AdvanceAsync(Interval);

            // The adapter recognises the very same call: same order, same intent.
            Assert.Single(run.Adapter.Controls.Select(static order => (order.Intent, order.Order)).Distinct());
            Assert.Equal(IntentStatus.Confirmed, Assert.Single(await run.IntentsAsync()).Status);
        }
    }

    [Fact]
    public async Task An_answer_whose_decision_meets_another_write_is_not_forgotten()
    {
        await using var run = await ControlledAsync();
        await AskAsync(run, IntentVerb.Pause);
        var met = 0;
        run.BeforeActivity = async activity =>
        {
            if (activity == nameof(ApplyActivity) && run.Adapter.Controls.Count == 1 && Interlocked.Exchange(ref met, 1) == 0)
            {
                await AskAsync(run, IntentVerb.Cancel);
            }
        };
        await run.RaiseAsync();
        await run.AdvanceAsync(Interval);

        Assert.Equal(1, met);
        Assert.Equal([IntentVerb.Pause, IntentVerb.Cancel], run.Adapter.Controls.Select(static order => order.Verb));
        Assert.DoesNotContain(await run.IntentsAsync(), static intent => !intent.IsFinal && intent.Verb == IntentVerb.Pause);
    }

    [Fact]
    public async Task An_adapter_that_does_not_answer_is_asked_again_with_a_higher_order_until_it_does()
    {
        await using var run = await ControlledAsync();
        var answer = run.Adapter.OnControl!;
        run.Adapter.OnControl = order => run.Adapter.Controls.Count < 3 ? new AdapterFailure<DeliveryAnswer>("transport_timeout", "no answer") : answer(order);
        await AskAsync(run, IntentVerb.Pause);
        await run.RaiseAsync();
        for (var step = 0; step < 12; step++)
        {
            await run.AdvanceAsync(Interval);
        }

        Assert.Equal(IntentStatus.Confirmed, Assert.Single(await run.IntentsAsync()).Status);
        Assert.Equal([1, 2, 3], run.Adapter.Controls.Select(static order => order.Sends));
        Assert.Equal(run.Adapter.Controls.Select(static order => order.Order).Distinct().Order(), run.Adapter.Controls.Select(static order => order.Order));
    }

    [Fact]
    public async Task An_ended_run_has_an_engine_again_until_what_is_asked_of_it_is_done()
    {
        await using var run = await ControlledAsync();
        run.Adapter.LiveChildren = 1;
        run.Adapter.Log("loop_complete").Stopped();
        await run.PlayOutAsync();
        Assert.Equal(Quiescence.NotProven, (await run.HeadAsync()).Run.Lifecycle.Quiescence);

        run.Adapter.OnControl = order =>
        {
            run.Adapter.LiveChildren = 0;
            return new AdapterAnswer<DeliveryAnswer>(new DeliveryAnswer(order.Intent, DeliveryOutcome.Done));
        };
        var asked = await AskAsync(run, IntentVerb.ForceCancel);
        await run.Get<EngineWaker>().WakeAsync(run.Client, asked.Head!, asked.Intent!, isNew: true, default);
        for (var step = 0; step < 12; step++)
        {
            await run.AdvanceAsync(Interval);
        }

        Assert.Equal(IntentStatus.Confirmed, Assert.Single(await run.IntentsAsync()).Status);
        Assert.Equal(Quiescence.Proven, (await run.HeadAsync()).Run.Lifecycle.Quiescence);
        Assert.Equal(2, (await run.HeadAsync()).Engine.Generation);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await run.Client.GetInstanceAsync($"{run.Created.Run.Spec.RunId}-g2"))!.RuntimeStatus);
    }

    private static Task<EngineUnderTest> ControlledAsync(LocalHost.Durable.Engine.DurableTestModes? modes = null) => EngineUnderTest.StartAsync(modes, static adapter =>
    {
        adapter.Capabilities = ["pause", "resume", "cancel", "force_cancel"];
        adapter.OnControl = order =>
        {
            adapter.Paused = order.Verb == IntentVerb.Pause;
            return new AdapterAnswer<DeliveryAnswer>(new DeliveryAnswer(order.Intent, DeliveryOutcome.Done));
        };
    });

    private static Task<IntentOutcome> AskAsync(EngineUnderTest run, IntentVerb verb) =>
        run.Get<IntentIntake>().KeepAsync(run.Created.Run.Spec.RunId.Value, new IntentRequest { Id = IntentIds.Random(), Verb = verb, By = "ann" }, default);
}
