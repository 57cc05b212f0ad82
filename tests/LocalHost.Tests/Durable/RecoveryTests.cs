using LocalHost.Durable.Engine;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalHost.Tests.Durable;

public sealed class RecoveryTests
{
    [Fact]
    public async Task An_activity_that_ran_when_the_process_was_killed_is_run_again()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        int runs = 0;
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Activity("Work", async (_, cancellationToken) =>
        {
            if (Interlocked.Increment(ref runs) == 1)
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return "done";
        });
        fixture.Orchestrator("Main", async context => await context.CallActivityAsync<string>("Work"));
        await fixture.Client.ScheduleNewOrchestrationInstanceAsync("Main", null, new StartOrchestrationOptions { InstanceId = "i1" }, fixture.Cancellation);
        await begun.Task.WaitAsync(fixture.Cancellation);

        await fixture.RestartAsync();

        Assert.Equal("done", (await fixture.GetAsync()).ReadOutputAs<string>());
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task A_timer_that_became_due_while_no_process_ran_fires_at_the_start()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
        {
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return "done";
        });
        await fixture.StartAsync("Main");
        await fixture.Engine.DisposeAsync();
        fixture.Time.Advance(TimeSpan.FromHours(2));

        await fixture.RestartAsync();
        await fixture.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal("done", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_event_that_was_accepted_but_not_taken_is_delivered_by_the_next_process()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
            await context.WaitForExternalEvent<string>("data") + await context.WaitForExternalEvent<string>("data"));
        await fixture.StartAsync("Main");
        using (await fixture.Engine.HoldAsync("i1", fixture.Cancellation))
        {
            await fixture.Client.RaiseEventAsync("i1", "data", "a", fixture.Cancellation);
            await fixture.Client.RaiseEventAsync("i1", "data", "b", fixture.Cancellation);
            fixture.Engine.Abandon();
        }

        await fixture.RestartAsync();

        Assert.Equal("ab", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_message_is_not_taken_for_an_earlier_processs_though_the_clock_stood_still()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
            await context.WaitForExternalEvent<string>("data") + await context.WaitForExternalEvent<string>("data"));
        await fixture.StartAsync("Main");
        await fixture.RaiseAsync("data", "a");

        await fixture.RestartAsync();
        await fixture.RaiseAsync("data", "b");

        Assert.Equal("ab", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Many_instances_are_all_taken_up()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Activity("Echo", input => EngineFixture.Converter.Deserialize<string>(input));
        fixture.Orchestrator("Main", async context =>
        {
            await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            string received = await context.WaitForExternalEvent<string>("data");
            return await context.CallActivityAsync<string>("Echo", received);
        });
        string[] ids = Enumerable.Range(0, 200).Select(number => $"run-{number}").ToArray();
        await Task.WhenAll(ids.Select(id => fixture.StartAsync("Main", instanceId: id)));
        await Task.WhenAll(ids.Take(100).Select(id => fixture.RaiseAsync("data", id, id)));

        await fixture.RestartAsync();
        await fixture.AdvanceAsync(TimeSpan.FromMinutes(1));
        await Task.WhenAll(ids.Skip(100).Select(id => fixture.RaiseAsync("data", id, id)));

        foreach (string id in ids)
        {
            Assert.Equal(id, (await fixture.GetAsync(id)).ReadOutputAs<string>());
        }
    }

    [Fact]
    public async Task A_graceful_stop_lets_a_running_activity_finish_and_records_its_result()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        int runs = 0;
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource finish = new(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Activity("Work", async (_, _) =>
        {
            runs++;
            begun.SetResult();
            await finish.Task;
            return "done";
        });
        fixture.Orchestrator("Main", async context => await context.CallActivityAsync<string>("Work"));
        await fixture.Client.ScheduleNewOrchestrationInstanceAsync("Main", null, new StartOrchestrationOptions { InstanceId = "i1" }, fixture.Cancellation);
        await begun.Task.WaitAsync(fixture.Cancellation);

        Task stopping = fixture.Engine.StopAsync(fixture.Cancellation);
        finish.SetResult();
        await stopping;
        await fixture.RestartAsync();

        Assert.Equal("done", (await fixture.GetAsync()).ReadOutputAs<string>());
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task What_still_runs_during_a_graceful_stop_may_use_the_client()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource finish = new(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Activity("Work", async (_, _) =>
        {
            begun.SetResult();
            await finish.Task;
            await fixture.Client.RaiseEventAsync("i1", "note", "raised", fixture.Cancellation);
            return null;
        });
        fixture.Orchestrator("Main", async context =>
        {
            Task<string> note = context.WaitForExternalEvent<string>("note");
            await context.CallActivityAsync("Work");
            return await note;
        });
        await fixture.Client.ScheduleNewOrchestrationInstanceAsync("Main", null, new StartOrchestrationOptions { InstanceId = "i1" }, fixture.Cancellation);
        await begun.Task.WaitAsync(fixture.Cancellation);

        Task stopping = fixture.Engine.StopAsync(fixture.Cancellation);
        finish.SetResult();
        await stopping;
        await fixture.RestartAsync();

        Assert.Equal("raised", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_activity_that_outlasts_the_shutdown_bound_is_cancelled_and_run_again()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        int runs = 0;
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Activity("Work", async (_, cancellationToken) =>
        {
            if (++runs == 1)
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            return "done";
        });
        fixture.Orchestrator("Main", async context => await context.CallActivityAsync<string>("Work"));
        await fixture.Client.ScheduleNewOrchestrationInstanceAsync("Main", null, new StartOrchestrationOptions { InstanceId = "i1" }, fixture.Cancellation);
        await begun.Task.WaitAsync(fixture.Cancellation);

        Task stopping = fixture.Engine.StopAsync(fixture.Cancellation);
        fixture.Time.Advance(fixture.Options.ShutdownTimeout);
        await stopping;
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await fixture.GetAsync()).RuntimeStatus);
        await fixture.RestartAsync();

        Assert.Equal("done", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_failing_store_delays_an_instance_and_loses_nothing()
    {
        FlakyStore store = new(new InMemoryOrchestrationStore());
        await using EngineFixture fixture = await new EngineFixture(store).StartedAsync();
        fixture.Activity("Work", _ => "done");
        fixture.Orchestrator("Main", async context => await context.CallActivityAsync<string>("Work"));
        store.FailNextCheckpoints = 3;

        await fixture.Client.ScheduleNewOrchestrationInstanceAsync("Main", null, new StartOrchestrationOptions { InstanceId = "i1" }, fixture.Cancellation);
        Task<OrchestrationMetadata> completed = fixture.Client.WaitForInstanceCompletionAsync("i1", getInputsAndOutputs: true, fixture.Cancellation);
        while (!completed.IsCompleted)
        {
            fixture.Cancellation.ThrowIfCancellationRequested();
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal("done", (await completed).ReadOutputAs<string>());
    }

    /// <summary>
    /// A parent with a child, two activities, a timer, events and a second generation; whatever write the process dies
    /// at, the next one brings it to the same end.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_crash_at_any_write_changes_nothing_about_the_outcome(bool isApplied)
    {
        for (int crashAt = 1; ; crashAt++)
        {
            CrashingStore crashing = new(new InMemoryOrchestrationStore(), crashAt, isApplied);
            bool hasCrashed = await RunScenarioAsync(crashing, new EngineOptions());
            if (!hasCrashed)
            {
                Assert.InRange(crashAt, 15, 200);
                return;
            }
        }
    }

    private static async Task<bool> RunScenarioAsync(CrashingStore crashing, EngineOptions options)
    {
        IOrchestrationStore durable = crashing.Inner;
        await using EngineFixture fixture = new(crashing, options);
        fixture.Activity("Add", input =>
        {
            int[] operands = EngineFixture.Converter.Deserialize<int[]>(input)!;
            return operands.Sum();
        });
        fixture.Orchestrator("Child", async context =>
        {
            int fromActivity = await context.CallActivityAsync<int>("Add", new[] { context.GetInput<int>(), 1 });
            context.SendEvent("i1", "note", fromActivity);
            return fromActivity * 10;
        });
        fixture.Orchestrator("Main", async context =>
        {
            int total = context.GetInput<int>();
            if (total == 0)
            {
                Task<int> note = context.WaitForExternalEvent<int>("note");
                int child = await context.CallSubOrchestratorAsync<int>("Child", 4, new SubOrchestrationOptions(instanceId: "child"));
                total = child + await note;
                await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
                context.SetCustomStatus("first generation is over");
                context.ContinueAsNew(total);
                return null;
            }

            int added = await context.WaitForExternalEvent<int>("add");
            return await context.CallActivityAsync<int>("Add", new[] { total, added });
        });
        await fixture.StartedAsync();

        bool isStarted = await AttemptAsync(() => fixture.Client.ScheduleNewOrchestrationInstanceAsync("Main", 0, new StartOrchestrationOptions { InstanceId = "i1" }, fixture.Cancellation));
        await ReviveAsync(isStarted);
        if (!isStarted && await fixture.Client.GetInstanceAsync("i1", fixture.Cancellation) is null)
        {
            await fixture.StartAsync("Main", 0);
        }

        await SettleAsync();
        await AdvanceAsync(TimeSpan.FromMinutes(1));
        bool isRaised = await AttemptAsync(() => fixture.Client.RaiseEventAsync("i1", "add", 5, fixture.Cancellation));
        await ReviveAsync(isRaised);
        await SettleAsync();
        if (!isRaised && !(await fixture.GetAsync()).IsCompleted)
        {
            // The caller saw an error and cannot know; it raises the event again.
            await fixture.RaiseAsync("add", 5);
        }

        await AdvanceAsync(TimeSpan.FromMinutes(1));
        OrchestrationMetadata instance = await fixture.GetAsync();
        Assert.True(instance.RuntimeStatus == OrchestrationRuntimeStatus.Completed, $"{instance}, crash at write {crashing.CrashAt}: {string.Join('\n', fixture.Logs.Entries.Select(entry => entry.Message))}");
        Assert.Equal(60, instance.ReadOutputAs<int>());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await fixture.GetAsync("child")).RuntimeStatus);
        return crashing.HasCrashed;

        async Task<bool> AttemptAsync(Func<Task> operation)
        {
            try
            {
                await operation();
                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }

        async Task ReviveAsync(bool succeeded)
        {
            if (!succeeded)
            {
                await fixture.RestartAsync(durable);
            }
        }

        async Task SettleAsync()
        {
            await Task.WhenAny(fixture.IdleAsync(), crashing.Crashed);
            if (crashing.HasCrashed && fixture.Store == crashing)
            {
                await fixture.RestartAsync(durable);
            }

            await fixture.IdleAsync();
        }

        async Task AdvanceAsync(TimeSpan by)
        {
            await SettleAsync();
            fixture.Time.Advance(by);
            await SettleAsync();
        }
    }
}
