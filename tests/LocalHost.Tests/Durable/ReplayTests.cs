using LocalHost.Durable.Execution;
using LocalHost.Durable.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalHost.Tests.Durable;

public sealed class ReplayTests
{
    [Fact]
    public async Task An_activity_s_result_becomes_the_orchestration_s_output()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Activity("Double", input => int.Parse(input) * 2);
        fixture.Orchestrator("Main", async context => await context.CallActivityAsync<int>("double", context.GetInput<int>()));

        await fixture.StartAsync("Main", 21);

        OrchestrationMetadata instance = await fixture.GetAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Completed, instance.RuntimeStatus);
        Assert.Equal(42, instance.ReadOutputAs<int>());
        Assert.Equal(21, instance.ReadInputAs<int>());
    }

    [Fact]
    public async Task A_turn_of_timer_and_activity_leaves_the_history_of_the_real_engine()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Activity("Poll", _ => "ok");
        fixture.Orchestrator("Main", async context =>
        {
            await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            return await context.CallActivityAsync<string>("Poll");
        });

        await fixture.StartAsync("Main");
        await fixture.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(
            [
                HistoryEventType.OrchestratorStarted, HistoryEventType.ExecutionStarted, HistoryEventType.TimerCreated, HistoryEventType.OrchestratorCompleted,
                HistoryEventType.OrchestratorStarted, HistoryEventType.TimerFired, HistoryEventType.TaskScheduled, HistoryEventType.OrchestratorCompleted,
                HistoryEventType.OrchestratorStarted, HistoryEventType.TaskCompleted, HistoryEventType.ExecutionCompleted, HistoryEventType.OrchestratorCompleted,
            ],
            await fixture.HistoryTypesAsync());
        IReadOnlyList<HistoryEvent> history = await fixture.HistoryAsync();
        Assert.Equal(0, history[2].EventId);
        Assert.Equal(1, history[6].EventId);
        Assert.Equal("[null]", history[6].Input);
        Assert.Equal(1, history[9].TaskScheduledId);
    }

    [Fact]
    public async Task The_orchestrator_s_clock_stands_still_within_an_episode_and_moves_between_episodes()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Comparison.IsOn = false; // It counts what it sees.
        List<DateTime> seen = [];
        fixture.Orchestrator("Main", async context =>
        {
            DateTime first = context.CurrentUtcDateTime;
            await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            DateTime second = context.CurrentUtcDateTime;
            Assert.Equal(second, context.CurrentUtcDateTime);
            seen.AddRange([first, second]);
            return null;
        });

        await fixture.StartAsync("Main");
        await fixture.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal([new DateTime(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc), new DateTime(2030, 1, 1, 0, 1, 0, DateTimeKind.Utc)], seen);
        Assert.All(seen, time => Assert.Equal(DateTimeKind.Utc, time.Kind));
    }

    [Fact]
    public void Deterministic_ids_have_the_values_of_the_real_engine()
    {
        DateTime now = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);

        Assert.Equal("e663ab00-a986-579d-a8cf-97e03195b51c", DeterministicGuid.Create("i1", now, 0).ToString());
        Assert.Equal("37149493-7c33-598f-9acc-e785d4022e60", DeterministicGuid.Create("i1", now, 1).ToString());
        Assert.Equal("f0f31a92-cd01-5ff0-b88b-a0f58d21ccdc", DeterministicGuid.Create("i1", now, 2).ToString());
    }

    [Fact]
    public async Task A_replay_gives_the_same_ids()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Comparison.IsOn = false; // It counts what it sees.
        List<Guid> first = [];
        fixture.Orchestrator("Main", async context =>
        {
            first.Add(context.NewGuid());
            await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
            return context.NewGuid();
        });

        await fixture.StartAsync("Main");
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(2, first.Count);
        Assert.Equal(first[0], first[1]);
        Assert.Equal("e663ab00-a986-579d-a8cf-97e03195b51c", first[0].ToString());
    }

    [Fact]
    public async Task Replay_safe_loggers_write_once_however_often_the_code_is_replayed()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
        {
            Microsoft.Extensions.Logging.LoggerExtensions.LogInformation(context.CreateReplaySafeLogger("app"), "begun");
            await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
            return null;
        });

        await fixture.StartAsync("Main");
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.Single(fixture.Logs.Entries, entry => entry.Message == "begun");
    }

    [Theory]
    [InlineData("other activity")]
    [InlineData("timer instead")]
    [InlineData("nothing")]
    public async Task Code_that_no_longer_fits_its_history_fails_the_orchestration(string change)
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Activity("First", _ => null);
        fixture.Activity("Second", _ => null);
        bool isChanged = false;
        fixture.Orchestrator("Main", async context =>
        {
            if (!isChanged)
            {
                await context.CallActivityAsync("First");
            }
            else if (change == "other activity")
            {
                await context.CallActivityAsync("Second");
            }
            else if (change == "timer instead")
            {
                await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            }

            await context.WaitForExternalEvent<string>("go");
            return null;
        });

        await fixture.StartAsync("Main");
        isChanged = true;
        fixture.Comparison.IsOn = false; // The real executor fails it too, but also asks for what the changed code does.
        await fixture.RaiseAsync("go");

        OrchestrationMetadata instance = await fixture.GetAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Failed, instance.RuntimeStatus);
        Assert.Equal("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", instance.FailureDetails!.ErrorType);
        Assert.Contains(fixture.Logs.Entries, entry => entry.Level == Microsoft.Extensions.Logging.LogLevel.Error && entry.Message.Contains("not deterministic", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Activity_names_are_matched_without_regard_to_case()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Activity("First", _ => null);
        bool isChanged = false;
        fixture.Orchestrator("Main", async context =>
        {
            await context.CallActivityAsync(isChanged ? "FIRST" : "first");
            await context.WaitForExternalEvent<string>("go");
            return "done";
        });

        await fixture.StartAsync("Main");
        isChanged = true;
        await fixture.RaiseAsync("go");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await fixture.GetAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task Awaiting_something_that_is_not_durable_fails_the_orchestration()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Comparison.IsOn = false; // There the instance waits for ever.
        TaskCompletionSource never = new();
        fixture.Orchestrator("Main", async _ =>
        {
            await never.Task;
            return null;
        });

        await fixture.StartAsync("Main");

        OrchestrationMetadata instance = await fixture.GetAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Failed, instance.RuntimeStatus);
        Assert.Contains("invalid asynchronous invocation", instance.SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_context_refuses_access_from_another_thread()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Comparison.IsOn = false; // There the Functions extension refuses it, not the worker.
        Exception? refused = null;
        fixture.Orchestrator("Main", context =>
        {
            Thread thread = new(() => refused = Record.Exception(() => context.NewGuid()));
            thread.Start();
            thread.Join();
            return Task.FromResult<object?>(null);
        });

        await fixture.StartAsync("Main");

        Assert.IsType<InvalidOperationException>(refused);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await fixture.GetAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task The_context_refuses_access_after_its_episode()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Comparison.IsOn = false; // The context is kept, and the last one to play is LocalHost's.
        TaskOrchestrationContext? kept = null;
        fixture.Orchestrator("Main", context =>
        {
            kept = context;
            return Task.FromResult<object?>(null);
        });

        await fixture.StartAsync("Main");

        Assert.Throws<InvalidOperationException>(() => kept!.NewGuid());
    }

    [Fact]
    public async Task Options_given_in_place_of_an_input_are_refused()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Activity("First", _ => null);
        fixture.Orchestrator("Main", async context =>
        {
            object options = new TaskOptions();
            await context.CallActivityAsync<object>("First", options);
            return null;
        });

        await fixture.StartAsync("Main");

        Assert.StartsWith("System.ArgumentException:", (await fixture.GetAsync()).SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_boundary_is_serialised()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        Payload? handed = null;
        fixture.Activity("Echo", input => EngineFixture.Converter.Deserialize<Payload>(input));
        fixture.Orchestrator("Main", async context =>
        {
            Payload input = context.GetInput<Payload>()!;
            handed = await context.CallActivityAsync<Payload>("Echo", input);
            Assert.NotSame(input, handed);
            return handed;
        });

        await fixture.StartAsync("Main", new Payload("ä", [1, 2]));

        Payload output = (await fixture.GetAsync()).ReadOutputAs<Payload>()!;
        Assert.Equal("ä", output.Text);
        Assert.Equal([1, 2], output.Numbers);
    }

    [Fact]
    public async Task Parallel_activities_are_joined()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Activity("Square", input => int.Parse(input) * int.Parse(input));
        fixture.Orchestrator("Main", async context =>
        {
            int[] squares = await Task.WhenAll(Enumerable.Range(1, 120).Select(number => context.CallActivityAsync<int>("Square", number)));
            return squares.Sum();
        });

        await fixture.StartAsync("Main");

        Assert.Equal(Enumerable.Range(1, 120).Sum(number => number * number), (await fixture.GetAsync()).ReadOutputAs<int>());
    }

    public sealed record Payload(string Text, int[] Numbers);
}
