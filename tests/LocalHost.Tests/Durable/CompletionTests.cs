using LocalHost.Durable.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalHost.Tests.Durable;

public sealed class CompletionTests
{
    [Fact]
    public async Task An_orchestration_stays_running_while_a_timer_is_open()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", context =>
        {
            _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            return Task.FromResult<object?>("done");
        });

        await fixture.StartAsync("Main");
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await fixture.GetAsync()).RuntimeStatus);

        await fixture.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await fixture.GetAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task An_orchestration_that_fails_stays_running_while_an_activity_or_a_timer_is_open()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        TaskCompletionSource<object?> working = new(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Activity("Work", (_, _) => working.Task);
        fixture.Orchestrator("Main", context =>
        {
            _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            _ = context.CallActivityAsync("Work");
            throw new FormatException("failed");
        });

        await fixture.Client.ScheduleNewOrchestrationInstanceAsync("Main", null, new StartOrchestrationOptions { InstanceId = "i1" }, fixture.Cancellation);
        await fixture.Client.WaitForInstanceStartAsync("i1", fixture.Cancellation);
        working.SetResult(null);
        await fixture.IdleAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await fixture.GetAsync()).RuntimeStatus);

        await fixture.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal("System.FormatException: failed", (await fixture.GetAsync()).SerializedOutput);
    }

    [Fact]
    public async Task A_pending_wait_for_an_event_does_not_keep_an_orchestration_running()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", context =>
        {
            _ = context.WaitForExternalEvent<string>("data");
            return Task.FromResult<object?>("done");
        });

        await fixture.StartAsync("Main");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await fixture.GetAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task Continuing_as_new_waits_for_open_timers_too()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
        {
            if (context.GetInput<int>() == 1)
            {
                return "second generation";
            }

            Task timer = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            await Task.WhenAny(context.WaitForExternalEvent<string>("data"), timer);
            context.ContinueAsNew(1);
            return null;
        });

        await fixture.StartAsync("Main", 0);
        await fixture.RaiseAsync("data");
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await fixture.GetAsync()).RuntimeStatus);

        await fixture.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal("second generation", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Continuing_as_new_starts_an_empty_history_under_a_new_execution()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
        {
            int generation = context.GetInput<int>();
            if (generation == 0)
            {
                context.SetCustomStatus("first");
            }

            await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            context.ContinueAsNew(generation + 1);
            return "ignored";
        });

        await fixture.StartAsync("Main", 0);
        string firstExecution = (await fixture.Store.GetInstanceAsync("i1", fixture.Cancellation))!.ExecutionId;
        Assert.Equal("first", (await fixture.GetAsync()).ReadCustomStatusAs<string>());
        await fixture.AdvanceAsync(TimeSpan.FromMinutes(1));

        OrchestrationMetadata instance = await fixture.GetAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Running, instance.RuntimeStatus);
        Assert.Equal(1, instance.ReadInputAs<int>());
        Assert.Null(instance.SerializedCustomStatus);
        Assert.Equal(fixture.Time.GetUtcNow(), instance.CreatedAt);
        Assert.NotEqual(firstExecution, (await fixture.Store.GetInstanceAsync("i1", fixture.Cancellation))!.ExecutionId);
        Assert.Equal(
            [HistoryEventType.OrchestratorStarted, HistoryEventType.ExecutionStarted, HistoryEventType.TimerCreated, HistoryEventType.OrchestratorCompleted],
            await fixture.HistoryTypesAsync());
    }

    [Fact]
    public async Task Buffered_events_arrive_after_those_of_the_same_batch_in_the_next_generation()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", context => CollectAfterGo(context, preserve: true));

        await RaiseOneBatchAsync(fixture, ["buffered", "go", "carried"]);

        Assert.Equal("carried,buffered", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Without_preservation_buffered_events_are_dropped_and_later_ones_of_the_batch_still_arrive()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", context => CollectAfterGo(context, preserve: false));

        await RaiseOneBatchAsync(fixture, ["buffered", "go", "carried"]);
        await fixture.RaiseAsync("data", "later");

        Assert.Equal("carried,later", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_orchestrator_that_fails_after_asking_to_continue_as_new_is_failed()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", context =>
        {
            context.ContinueAsNew();
            throw new InvalidOperationException("too late");
        });

        await fixture.StartAsync("Main");

        Assert.Equal("System.InvalidOperationException: too late", (await fixture.GetAsync()).SerializedOutput);
    }

    [Fact]
    public async Task Generations_without_a_wait_do_not_shut_out_a_termination()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        int generations = 0;
        TaskCompletionSource many = new(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Orchestrator("Main", context =>
        {
            if (++generations == 200)
            {
                many.SetResult();
            }

            context.ContinueAsNew();
            return Task.FromResult<object?>(null);
        });

        await fixture.Client.ScheduleNewOrchestrationInstanceAsync("Main", null, new StartOrchestrationOptions { InstanceId = "i1" }, fixture.Cancellation);
        await many.Task.WaitAsync(fixture.Cancellation);
        await fixture.Client.TerminateInstanceAsync("i1", "enough", fixture.Cancellation);
        await fixture.IdleAsync();

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await fixture.GetAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task A_custom_status_beyond_16_KB_of_UTF_16_fails_the_orchestration()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
        {
            context.SetCustomStatus(new string('x', context.GetInput<int>()));
            await context.WaitForExternalEvent<string>("go");
            return null;
        });

        await fixture.StartAsync("Main", (8 * 1024) - 2, "fits");
        await fixture.StartAsync("Main", (8 * 1024) - 1, "exceeds");

        Assert.Equal(OrchestrationRuntimeStatus.Running, (await fixture.GetAsync("fits")).RuntimeStatus);
        OrchestrationMetadata exceeding = await fixture.GetAsync("exceeds");
        Assert.Equal(OrchestrationRuntimeStatus.Failed, exceeding.RuntimeStatus);
        Assert.Equal("System.ArgumentException", exceeding.FailureDetails!.ErrorType);
    }

    [Fact]
    public async Task A_suspended_orchestration_records_events_and_takes_them_when_resumed()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Activity("Echo", input => EngineFixture.Converter.Deserialize<string>(input));
        fixture.Orchestrator("Main", async context =>
        {
            string first = await context.WaitForExternalEvent<string>("data");
            string second = await context.WaitForExternalEvent<string>("data");
            return await context.CallActivityAsync<string>("Echo", first + second);
        });

        await fixture.StartAsync("Main");
        await fixture.Client.SuspendInstanceAsync("i1", "for a while", fixture.Cancellation);
        await fixture.IdleAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await fixture.GetAsync()).RuntimeStatus);

        await fixture.RaiseAsync("data", "a");
        await fixture.RaiseAsync("data", "b");
        Assert.DoesNotContain(HistoryEventType.TaskScheduled, await fixture.HistoryTypesAsync());
        Assert.Equal(2, (await fixture.HistoryTypesAsync()).Count(type => type == HistoryEventType.EventRaised));

        await fixture.Client.ResumeInstanceAsync("i1", null, fixture.Cancellation);
        await fixture.IdleAsync();
        Assert.Equal("ab", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Suspending_in_the_middle_of_a_turn_does_not_upset_the_replay()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Activity("First", _ => "1");
        fixture.Orchestrator("Main", async context =>
        {
            await context.WaitForExternalEvent<string>("go");
            return await context.CallActivityAsync<string>("First");
        });
        await fixture.StartAsync("Main");
        using (await HoldEpisodesAsync(fixture))
        {
            await fixture.Client.RaiseEventAsync("i1", "go", null, fixture.Cancellation);
            await fixture.Client.SuspendInstanceAsync("i1", null, fixture.Cancellation);
        }

        await fixture.IdleAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await fixture.GetAsync()).RuntimeStatus);

        await fixture.Client.ResumeInstanceAsync("i1", null, fixture.Cancellation);
        await fixture.IdleAsync();
        Assert.Equal("1", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Termination_ends_with_the_given_output_and_runs_no_finally()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        bool finallyRan = false;
        fixture.Orchestrator("Main", async context =>
        {
            try
            {
                await context.WaitForExternalEvent<string>("never");
                return null;
            }
            finally
            {
                finallyRan = true;
            }
        });

        await fixture.StartAsync("Main");
        await fixture.Client.TerminateInstanceAsync("i1", "reason", fixture.Cancellation);
        await fixture.IdleAsync();

        OrchestrationMetadata instance = await fixture.GetAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, instance.RuntimeStatus);
        Assert.Equal("reason", instance.ReadOutputAs<string>());
        Assert.False(finallyRan);
    }

    [Fact]
    public async Task A_suspended_orchestration_can_be_terminated()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context => await context.WaitForExternalEvent<string>("never"));

        await fixture.StartAsync("Main");
        await fixture.Client.SuspendInstanceAsync("i1", null, fixture.Cancellation);
        await fixture.IdleAsync();
        await fixture.Client.TerminateInstanceAsync("i1", "x", fixture.Cancellation);
        await fixture.IdleAsync();

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await fixture.GetAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task A_failed_orchestration_shows_type_and_message()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", _ => throw new FormatException("bad", new InvalidOperationException("worse")));

        await fixture.StartAsync("Main");

        OrchestrationMetadata instance = await fixture.GetAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Failed, instance.RuntimeStatus);
        Assert.Equal("System.FormatException: bad", instance.SerializedOutput);
        Assert.True(instance.FailureDetails!.IsCausedBy<FormatException>());
        Assert.Equal("System.InvalidOperationException", instance.FailureDetails.InnerFailure!.ErrorType);
    }

    private static async Task<object?> CollectAfterGo(TaskOrchestrationContext context, bool preserve)
    {
        if (context.GetInput<string>() is null)
        {
            await context.WaitForExternalEvent<string>("go");
            context.ContinueAsNew("second", preserve);
            return null;
        }

        string first = await context.WaitForExternalEvent<string>("data");
        string second = await context.WaitForExternalEvent<string>("data");
        return $"{first},{second}";
    }

    /// <summary>Raises events so that one episode gets them all.</summary>
    private static async Task RaiseOneBatchAsync(EngineFixture fixture, string[] events)
    {
        await fixture.StartAsync("Main");
        using (await HoldEpisodesAsync(fixture))
        {
            foreach (string name in events)
            {
                await fixture.Client.RaiseEventAsync("i1", name == "go" ? "go" : "data", name, fixture.Cancellation);
            }
        }

        await fixture.IdleAsync();
    }

    private static Task<IDisposable> HoldEpisodesAsync(EngineFixture fixture) => fixture.Engine.HoldAsync("i1", fixture.Cancellation);
}
