using System.Text.Json;
using LocalHost.Durable.Engine;
using Microsoft.DurableTask.Client;
using OpsFunctions.Orchestrations;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Decisions;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Sprites.Adapter;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Orchestrations;

/// <summary>The engine under full replay, with everything the real one may do at any time done on purpose.</summary>
public sealed class EngineTests
{
    private static readonly TimeSpan Fast = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Slow = TimeSpan.FromHours(1);

    public static TheoryData<string> Modes => ["normal", "twice", "lost", "reload", "all"];

    [Theory]
    [MemberData(nameof(Modes))]
    public async Task A_run_is_driven_from_pending_to_completed(string mode)
    {
        await using var host = await HostFixture.StartAsync(ModeOf(mode));
        await ScriptAsync(host, logged: 30);
        await host.CreateAsync(Fast);

        var instance = await host.CompletedAsync();

        Assert.Equal(OrchestrationRuntimeStatus.Completed, instance.RuntimeStatus);
        var head = await host.HeadAsync();
        var transitions = await host.Storage.Store.ReadTransitionsAsync(head.Run.Spec.RunId, 0, 100, default);
        Assert.Equal(
            [(LifecycleState.Pending, LifecycleState.Running), (LifecycleState.Running, LifecycleState.Completed)],
            transitions.Select(step => (step.From!.Value, step.To)));
        Assert.Equal([1L, 2L], transitions.Select(step => step.Number));
        var events = await host.Storage.Store.ReadEventsAsync(head.Run.Spec.RunId, 0, 1000, default);
        Assert.Equal(Enumerable.Range(1, (int)host.Adapter.LineCount).Select(line => (long)line), events.Select(stored => stored.Line));
        Assert.Equal(head.StoredThrough, head.Run.Evidence.Through);
        Assert.Empty(await host.Storage.Index.ListActiveAsync(default));
    }

    [Fact]
    public async Task The_history_is_shed_and_the_custom_status_small_and_flat()
    {
        await using var host = await HostFixture.StartAsync();
        host.Adapter.Capabilities = [];
        host.Adapter.Log("loop_start", "iteration_start");
        var polled = new TaskCompletionSource();
        host.Adapter.OnSnapshot = call =>
        {
            if (call == 60)
            {
                polled.SetResult();
            }

            return Task.CompletedTask;
        };
        await host.CreateAsync(Fast);
        await polled.Task.WaitAsync(TimeSpan.FromSeconds(60));

        var instance = (await host.Client.GetInstanceAsync("run-hosted-g1", getInputsAndOutputs: true))!;

        // Handed on by an earlier execution: the input has come further than where the engine was started.
        var input = JsonSerializer.Deserialize<EngineInput>(instance.SerializedInput!)!;
        Assert.True(input.Cycle > 10, instance.SerializedInput);
        Assert.Equal(EngineInput.CurrentVersion, input.Version);
        var status = JsonDocument.Parse(instance.SerializedCustomStatus!).RootElement;
        Assert.Equal("running", status.GetProperty("state").GetString());
        Assert.Equal("healthy", status.GetProperty("health").GetString());
        Assert.True(instance.SerializedCustomStatus!.Length * 2 < 16 * 1024);
        Assert.All(status.EnumerateObject(), member => Assert.False(member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array));
    }

    [Fact]
    public async Task Wakes_poll_at_once_and_no_other_event_harms_the_engine()
    {
        await using var host = await HostFixture.StartAsync(new DurableTestModes { DeliverEventsTwice = true });
        var calls = new SemaphoreSlim(0);
        host.Adapter.OnSnapshot = _ =>
        {
            calls.Release();
            return Task.CompletedTask;
        };
        await host.CreateAsync(Slow);
        Assert.True(await calls.WaitAsync(TimeSpan.FromSeconds(60)));

        for (var i = 0; i < 30; i++)
        {
            await host.Client.RaiseEventAsync("run-hosted-g1", "intent", "cancel, or else");
            await host.Client.RaiseEventAsync("run-hosted-g1", LoopRunOrchestrator.WakeEvent, i % 2 == 0 ? null : new { anything = i });
            Assert.True(await calls.WaitAsync(TimeSpan.FromSeconds(60)), $"wake {i} was lost");
        }

        Assert.True((await host.Client.GetInstanceAsync("run-hosted-g1"))!.IsRunning);
    }

    [Fact]
    public async Task A_store_that_is_away_for_a_while_does_not_fail_the_engine()
    {
        await using var host = await HostFixture.StartAsync();
        await ScriptAsync(host, logged: 5);
        await host.CreateAsync(Fast, beforeStart: () =>
        {
            host.Storage.Faults.Plan(1, WriteFault.CrashBefore);
            host.Storage.Faults.Plan(4, WriteFault.CrashAfter);
            host.Storage.Faults.Plan(6, WriteFault.CrashAfter);
        });

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.CompletedAsync()).RuntimeStatus);
        var head = await host.HeadAsync();
        Assert.Equal(LifecycleState.Completed, head.Run.Lifecycle.State);
        Assert.Equal(2, (await host.Storage.Store.ReadTransitionsAsync(head.Run.Spec.RunId, 0, 100, default)).Count);
    }

    [Fact]
    public async Task A_launch_whose_answer_is_lost_is_asked_again_and_its_events_belong_to_the_run()
    {
        await using var host = await HostFixture.StartAsync();
        var adapter = host.Adapter;
        adapter.Capabilities = ["start"];
        adapter.Stopped().Log("loop_start", "loop_complete");
        adapter.OnStart = order =>
        {
            if (adapter.Starts.Count == 1)
            {
                adapter.Running = true;
                return new AdapterFailure<StartAnswer>(AdapterFailureCodes.TransportTimeout, "no answer");
            }

            if (adapter.LineCount == 2)
            {
                adapter.Log("loop_start", "iteration_start", "iteration_end", "loop_complete").Stopped();
            }

            return new AdapterAnswer<StartAnswer>(new StartAnswer(true, null, null, 2));
        };
        await host.CreateAsync(Fast, LaunchKind.Start);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.CompletedAsync()).RuntimeStatus);
        var head = await host.HeadAsync();
        Assert.Equal(LifecycleState.Completed, head.Run.Lifecycle.State);
        Assert.Equal([3L, 4L, 5L, 6L], (await host.Storage.Store.ReadEventsAsync(head.Run.Spec.RunId, 0, 100, default)).Select(stored => stored.Line));
        Assert.All(adapter.Starts, order => Assert.Equal(1, order.Attempt));
        Assert.Equal(adapter.Starts.Select(order => order.Order).Order(), adapter.Starts.Select(order => order.Order));
    }

    [Theory]
    [InlineData("start_in_progress")]
    [InlineData("stale_order")]
    [InlineData("not_quiescent")]
    [InlineData("artifacts_unknown")]
    [InlineData("processes_unknown")]
    public async Task A_launch_that_is_refused_for_the_moment_is_asked_again_and_what_was_launched_is_the_runs(string code)
    {
        await using var host = await HostFixture.StartAsync();
        var adapter = host.Adapter;
        adapter.Capabilities = ["start"];
        adapter.Stopped().OnStart = _ =>
        {
            switch (adapter.Starts.Count)
            {
                case 1:
                    return new AdapterFailure<StartAnswer>(AdapterFailureCodes.TransportTimeout, "no answer");
                case 2 or 3:
                    return new AdapterAnswer<StartAnswer>(new StartAnswer(false, code, "not now", null));
                case 4:
                    adapter.Log("loop_start", "iteration_start", "iteration_end", "loop_complete");
                    break;
            }

            return new AdapterAnswer<StartAnswer>(new StartAnswer(true, null, null, 0));
        };
        await host.CreateAsync(Fast, LaunchKind.Start);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.CompletedAsync()).RuntimeStatus);
        var head = await host.HeadAsync();
        Assert.Equal(LifecycleState.Completed, head.Run.Lifecycle.State);
        Assert.Equal(4, head.StoredThrough);
        Assert.All(adapter.Starts, order => Assert.Equal(1, order.Attempt));
    }

    [Fact]
    public async Task A_refused_launch_ends_the_run()
    {
        await using var host = await HostFixture.StartAsync();
        host.Adapter.Capabilities = ["start"];
        host.Adapter.Stopped().OnStart = _ => new AdapterAnswer<StartAnswer>(new StartAnswer(false, "spec_missing", "no such spec", null));
        await host.CreateAsync(Fast, LaunchKind.Start);

        await host.CompletedAsync();

        var lifecycle = (await host.HeadAsync()).Run.Lifecycle;
        Assert.Equal((LifecycleState.Failed, "start_refused"), (lifecycle.State, lifecycle.Reason));
    }

    [Fact]
    public async Task An_engine_that_was_replaced_stops_by_itself()
    {
        await using var host = await HostFixture.StartAsync();
        host.Adapter.Log("loop_start", "iteration_start");
        var head = await host.CreateAsync(Fast);
        WriteResult result;
        do
        {
            head = await host.HeadAsync();
            result = await host.Storage.Store.ReplaceEngineAsync(head, EngineRef.For(head.Run.Spec.RunId, 2), null, default);
        }
        while (result is WriteResult.Stale);

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await host.CompletedAsync()).RuntimeStatus);
        Assert.False((await host.HeadAsync()).Run.Lifecycle.State.IsTerminal());
    }

    /// <summary>A runtime that goes on once the manager has seen where it is, so that every mode sees the same story.</summary>
    private static Task ScriptAsync(HostFixture host, int logged)
    {
        var stage = 0;
        host.Adapter.Capabilities = [];
        host.Adapter.Log("loop_start", "iteration_start");
        host.Adapter.OnSnapshot = async call =>
        {
            var state = (await host.Storage.Store.FindAsync(RunId.Parse("run-hosted"), default))?.Run.Lifecycle.State;
            if (state == LifecycleState.Running && call > 40 && Interlocked.Exchange(ref stage, 1) == 0)
            {
                host.Adapter.Log([.. Enumerable.Repeat("role_start", logged), "iteration_end", "loop_complete"]).Stopped();
            }
        };
        return Task.CompletedTask;
    }

    private static DurableTestModes ModeOf(string mode) => mode switch
    {
        "twice" => new DurableTestModes { RunActivitiesTwice = true },
        "lost" => new DurableTestModes { LoseFirstActivityResult = true },
        "reload" => new DurableTestModes { ReloadBeforeEveryEpisode = true },
        "all" => new DurableTestModes
        {
            RunActivitiesTwice = true,
            LoseFirstActivityResult = true,
            ReloadBeforeEveryEpisode = true,
            DeliverEventsTwice = true,
            TimerLateness = TimeSpan.FromMilliseconds(-5),
        },
        _ => new DurableTestModes(),
    };
}
