using DurableTask.Core.Exceptions;
using Grpc.Core;
using LocalHost.Durable.Engine;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalHost.Tests.Durable;

public sealed class ClientTests
{
    [Fact]
    public async Task An_id_that_is_running_cannot_be_started_again()
    {
        await using EngineFixture fixture = await WaitingAsync();
        await fixture.StartAsync("Main");

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => fixture.StartAsync("Main"));
    }

    [Fact]
    public async Task A_finished_id_is_overwritten_by_a_new_start()
    {
        await using EngineFixture fixture = await WaitingAsync();
        await fixture.StartAsync("Main", "one");
        await fixture.RaiseAsync("end");

        await fixture.StartAsync("Main", "two");
        OrchestrationMetadata instance = await fixture.GetAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Running, instance.RuntimeStatus);
        Assert.Equal("two", instance.ReadInputAs<string>());
        Assert.Null(instance.SerializedOutput);

        await fixture.RaiseAsync("end");
        Assert.Equal("two", (await fixture.GetAsync()).ReadOutputAs<string>());
        Assert.Equal(1, (await fixture.Store.GetInstanceAsync("i1", fixture.Cancellation))!.Generation);
    }

    [Fact]
    public async Task Dedupe_statuses_block_further_ones()
    {
        await using EngineFixture fixture = await WaitingAsync();
        await fixture.StartAsync("Main");
        await fixture.RaiseAsync("end");
        StartOrchestrationOptions options = new StartOrchestrationOptions { InstanceId = "i1" }.WithDedupeStatuses(OrchestrationRuntimeStatus.Completed);

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => fixture.Client.ScheduleNewOrchestrationInstanceAsync("Main", options, fixture.Cancellation));
    }

    [Fact]
    public async Task Where_any_state_may_be_overwritten_a_running_instance_is_terminated_first()
    {
        await using EngineFixture fixture = await WaitingAsync(new EngineOptions { OverridableStates = OverridableStates.AnyState });
        await fixture.StartAsync("Main", "one");

        await fixture.StartAsync("Main", "two");

        Assert.Equal("two", (await fixture.GetAsync()).ReadInputAs<string>());
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.Client.ScheduleNewOrchestrationInstanceAsync(
            "Main",
            new StartOrchestrationOptions { InstanceId = "i1" }.WithDedupeStatuses(OrchestrationRuntimeStatus.Terminated),
            fixture.Cancellation));
    }

    [Fact]
    public async Task Simultaneous_starts_of_one_id_start_it_once()
    {
        await using EngineFixture fixture = await WaitingAsync();

        Exception?[] outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Record.ExceptionAsync(() => fixture.StartAsync("Main"))));

        Assert.Single(outcomes, outcome => outcome is null);
        Assert.Equal(19, outcomes.OfType<OrchestrationAlreadyExistsException>().Count());
    }

    [Fact]
    public async Task A_delayed_start_is_pending_until_due_and_keeps_its_events()
    {
        await using EngineFixture fixture = await WaitingAsync();
        await fixture.Client.ScheduleNewOrchestrationInstanceAsync(
            "Main", "x", new StartOrchestrationOptions("i1", fixture.Time.GetUtcNow().AddHours(1)), fixture.Cancellation);
        await fixture.RaiseAsync("end");
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await fixture.GetAsync()).RuntimeStatus);

        await fixture.AdvanceAsync(TimeSpan.FromHours(1));

        Assert.Equal("x", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_delayed_start_can_be_terminated()
    {
        await using EngineFixture fixture = await WaitingAsync();
        await fixture.Client.ScheduleNewOrchestrationInstanceAsync(
            "Main", "x", new StartOrchestrationOptions("i1", fixture.Time.GetUtcNow().AddHours(1)), fixture.Cancellation);
        await fixture.IdleAsync();

        await fixture.Client.TerminateInstanceAsync("i1", "not needed", fixture.Cancellation);
        await fixture.AdvanceAsync(TimeSpan.FromHours(2));

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await fixture.GetAsync()).RuntimeStatus);
    }

    [Theory]
    [InlineData("@entity")]
    [InlineData("a/b")]
    [InlineData("a#b")]
    [InlineData("")]
    public async Task Ids_outside_the_documented_alphabet_are_refused(string instanceId)
    {
        await using EngineFixture fixture = await WaitingAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => fixture.StartAsync("Main", instanceId: instanceId));
    }

    [Fact]
    public async Task Operations_on_a_missing_instance_are_not_found()
    {
        await using EngineFixture fixture = await WaitingAsync();
        CancellationToken cancellation = fixture.Cancellation;

        Assert.Null(await fixture.Client.GetInstanceAsync("none", cancellation));
        Assert.Equal(0, (await fixture.Client.PurgeInstanceAsync("none", cancellation)).PurgedInstanceCount);
        await AssertStatusAsync(StatusCode.NotFound, () => fixture.Client.RaiseEventAsync("none", "e", cancellation));
        await AssertStatusAsync(StatusCode.NotFound, () => fixture.Client.TerminateInstanceAsync("none", cancellation));
        await AssertStatusAsync(StatusCode.NotFound, () => fixture.Client.SuspendInstanceAsync("none", cancellation));
        await AssertStatusAsync(StatusCode.NotFound, () => fixture.Client.ResumeInstanceAsync("none", cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.Client.RestartAsync("none", cancellation: cancellation));
    }

    [Fact]
    public async Task Operations_on_a_finished_instance_fail_their_precondition()
    {
        await using EngineFixture fixture = await WaitingAsync();
        await fixture.StartAsync("Main");
        await AssertStatusAsync(StatusCode.FailedPrecondition, () => fixture.Client.ResumeInstanceAsync("i1", fixture.Cancellation));
        await AssertStatusAsync(StatusCode.FailedPrecondition, () => fixture.Client.PurgeInstanceAsync("i1", fixture.Cancellation));
        await fixture.RaiseAsync("end");

        await AssertStatusAsync(StatusCode.FailedPrecondition, () => fixture.Client.RaiseEventAsync("i1", "e", fixture.Cancellation));
        await AssertStatusAsync(StatusCode.FailedPrecondition, () => fixture.Client.TerminateInstanceAsync("i1", fixture.Cancellation));
        await AssertStatusAsync(StatusCode.FailedPrecondition, () => fixture.Client.SuspendInstanceAsync("i1", fixture.Cancellation));
    }

    [Fact]
    public async Task Waiting_for_an_instance_that_does_not_exist_ends_with_the_token()
    {
        await using EngineFixture fixture = await WaitingAsync();
        using CancellationTokenSource cancelled = new();
        Task waiting = fixture.Client.WaitForInstanceCompletionAsync("later", cancelled.Token);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task Waits_end_when_the_instance_starts_and_ends()
    {
        await using EngineFixture fixture = await WaitingAsync();
        Task<OrchestrationMetadata> started = fixture.Client.WaitForInstanceStartAsync("i1", fixture.Cancellation);
        Task<OrchestrationMetadata> completed = fixture.Client.WaitForInstanceCompletionAsync("i1", getInputsAndOutputs: true, fixture.Cancellation);
        await fixture.StartAsync("Main", "x");
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await started).RuntimeStatus);
        await fixture.RaiseAsync("end");

        Assert.Equal("x", (await completed).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Inputs_and_outputs_have_to_be_asked_for()
    {
        await using EngineFixture fixture = await WaitingAsync();
        await fixture.StartAsync("Main", "x");

        OrchestrationMetadata plain = (await fixture.Client.GetInstanceAsync("i1", fixture.Cancellation))!;

        Assert.Null(plain.SerializedInput);
        Assert.Throws<InvalidOperationException>(() => plain.ReadInputAs<string>());
    }

    [Fact]
    public async Task Queries_filter_and_page()
    {
        await using EngineFixture fixture = await WaitingAsync();
        foreach (int number in Enumerable.Range(0, 7))
        {
            await fixture.StartAsync("Main", instanceId: $"a{number}");
            fixture.Time.Advance(TimeSpan.FromMinutes(1));
        }

        await fixture.StartAsync("Main", instanceId: "b0");
        await fixture.RaiseAsync("end", instanceId: "a1");

        Assert.Equal(8, await CountAsync(fixture, new OrchestrationQuery(PageSize: 3)));
        Assert.Equal(7, await CountAsync(fixture, new OrchestrationQuery(InstanceIdPrefix: "a", PageSize: 2)));
        Assert.Equal(1, await CountAsync(fixture, new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Completed])));
        Assert.Equal(3, await CountAsync(fixture, new OrchestrationQuery(CreatedFrom: fixture.Time.GetUtcNow().AddMinutes(-2))));
        Assert.Equal(0, await CountAsync(fixture, new OrchestrationQuery(TaskHubNames: ["Other"])));

        List<Page<OrchestrationMetadata>> pages = [];
        await foreach (Page<OrchestrationMetadata> page in fixture.Client.GetAllInstancesAsync(new OrchestrationQuery(PageSize: 5)).AsPages())
        {
            pages.Add(page);
        }

        Assert.Equal([5, 3], pages.Select(page => page.Values.Count));
        Assert.NotNull(pages[0].ContinuationToken);
    }

    [Fact]
    public async Task Purging_by_filter_removes_finished_instances_only()
    {
        await using EngineFixture fixture = await WaitingAsync();
        await fixture.StartAsync("Main", instanceId: "a");
        await fixture.StartAsync("Main", instanceId: "b");
        await fixture.RaiseAsync("end", instanceId: "a");

        PurgeResult result = await fixture.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter(), fixture.Cancellation);

        Assert.Equal(1, result.PurgedInstanceCount);
        Assert.True(result.IsComplete);
        Assert.Null(await fixture.Client.GetInstanceAsync("a", fixture.Cancellation));
        Assert.NotNull(await fixture.Client.GetInstanceAsync("b", fixture.Cancellation));
        Assert.Null(await fixture.Store.GetCheckpointAsync("a", fixture.Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(() => fixture.Client.PurgeAllInstancesAsync(
            new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Running]), fixture.Cancellation));
    }

    [Fact]
    public async Task A_purged_id_can_be_used_again()
    {
        await using EngineFixture fixture = await WaitingAsync();
        await fixture.StartAsync("Main", "one");
        await fixture.RaiseAsync("end");
        await fixture.Client.PurgeInstanceAsync("i1", fixture.Cancellation);

        await fixture.StartAsync("Main", "two");
        await fixture.RaiseAsync("end");

        Assert.Equal("two", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_restart_takes_the_first_input_again()
    {
        await using EngineFixture fixture = await WaitingAsync();
        await fixture.StartAsync("Main", "one");
        await fixture.RaiseAsync("end");

        string restarted = await fixture.Client.RestartAsync("i1", restartWithNewInstanceId: true, fixture.Cancellation);
        await fixture.IdleAsync();

        Assert.Equal("one", (await fixture.GetAsync(restarted)).ReadInputAs<string>());
    }

    [Fact]
    public async Task An_unknown_orchestrator_cannot_be_started()
    {
        await using EngineFixture fixture = await WaitingAsync();

        await Assert.ThrowsAsync<ArgumentException>(() => fixture.StartAsync("Missing"));
    }

    private static async Task<EngineFixture> WaitingAsync(EngineOptions? options = null)
    {
        EngineFixture fixture = new(options: options);
        fixture.Orchestrator("Main", async context =>
        {
            await context.WaitForExternalEvent<object>("end");
            return context.GetInput<string>();
        });
        return await fixture.StartedAsync();
    }

    private static async Task<int> CountAsync(EngineFixture fixture, OrchestrationQuery query)
    {
        int count = 0;
        await foreach (OrchestrationMetadata _ in fixture.Client.GetAllInstancesAsync(query))
        {
            count++;
        }

        return count;
    }

    private static async Task AssertStatusAsync(StatusCode expected, Func<Task> operation)
    {
        RpcException exception = await Assert.ThrowsAsync<RpcException>(operation);
        Assert.Equal(expected, exception.StatusCode);
    }
}
