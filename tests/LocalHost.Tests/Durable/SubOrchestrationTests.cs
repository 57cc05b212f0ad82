using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalHost.Tests.Durable;

public sealed class SubOrchestrationTests
{
    [Fact]
    public async Task A_child_s_output_is_the_call_s_result()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Child", context => Task.FromResult<object?>($"{context.Parent!.InstanceId}/{context.Parent.Name}: {context.GetInput<int>()}"));
        fixture.Orchestrator("Main", async context => await context.CallSubOrchestratorAsync<string>("Child", 5));

        await fixture.StartAsync("Main");

        Assert.Equal("i1/Main: 5", (await fixture.GetAsync()).ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await fixture.GetAsync("e663ab00a986579da8cf97e03195b51c")).RuntimeStatus);
    }

    [Fact]
    public async Task A_child_s_failure_is_a_task_failure()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Child", _ => throw new FormatException("bad"));
        fixture.Orchestrator("Main", async context =>
        {
            TaskFailedException failure = await Assert.ThrowsAsync<TaskFailedException>(() => context.CallSubOrchestratorAsync("Child"));
            return failure.FailureDetails.IsCausedBy<FormatException>() ? failure.Message : "another failure";
        });

        await fixture.StartAsync("Main");

        Assert.Equal("Task 'Child' (#0) failed with an unhandled exception: bad", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_child_may_continue_as_new_before_it_reports()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Child", async context =>
        {
            await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            if (context.GetInput<int>() < 3)
            {
                context.ContinueAsNew(context.GetInput<int>() + 1);
                return null;
            }

            return "third";
        });
        fixture.Orchestrator("Main", async context => await context.CallSubOrchestratorAsync<string>("Child", 1));

        await fixture.StartAsync("Main");
        for (int turn = 0; turn < 3; turn++)
        {
            await fixture.AdvanceAsync(TimeSpan.FromMinutes(1));
        }

        Assert.Equal("third", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_terminated_child_looks_failed_to_its_parent()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Child", async context => await context.WaitForExternalEvent<string>("never"));
        fixture.Orchestrator("Main", async context =>
        {
            await Assert.ThrowsAsync<TaskFailedException>(() => context.CallSubOrchestratorAsync("Child", options: new SubOrchestrationOptions(instanceId: "child")));
            return "noticed";
        });

        await fixture.StartAsync("Main");
        await fixture.Client.TerminateInstanceAsync("child", fixture.Cancellation);
        await fixture.IdleAsync();

        Assert.Equal("noticed", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(true, OrchestrationRuntimeStatus.Terminated)]
    [InlineData(false, OrchestrationRuntimeStatus.Running)]
    public async Task Termination_reaches_children_only_when_recursive(bool recursive, OrchestrationRuntimeStatus expected)
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Child", async context => await context.WaitForExternalEvent<string>("never"));
        fixture.Orchestrator("Main", async context => await context.CallSubOrchestratorAsync<string>("Child", options: new SubOrchestrationOptions(instanceId: "child")));

        await fixture.StartAsync("Main");
        await fixture.Client.TerminateInstanceAsync("i1", new TerminateInstanceOptions(Recursive: recursive), fixture.Cancellation);
        await fixture.IdleAsync();

        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await fixture.GetAsync()).RuntimeStatus);
        Assert.Equal(expected, (await fixture.GetAsync("child")).RuntimeStatus);
    }

    [Fact]
    public async Task An_instance_id_in_use_fails_the_call_and_leaves_the_instance_alone()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Child", async context => await context.WaitForExternalEvent<string>("end"));
        fixture.Orchestrator("Main", async context =>
        {
            await Assert.ThrowsAsync<TaskFailedException>(() => context.CallSubOrchestratorAsync("Child", options: new SubOrchestrationOptions(instanceId: "child")));
            return "refused";
        });

        await fixture.StartAsync("Child", instanceId: "child");
        await fixture.StartAsync("Main");

        Assert.Equal("refused", (await fixture.GetAsync()).ReadOutputAs<string>());
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await fixture.GetAsync("child")).RuntimeStatus);
    }
}
