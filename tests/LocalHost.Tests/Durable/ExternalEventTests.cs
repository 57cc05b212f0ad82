using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace LocalHost.Tests.Durable;

public sealed class ExternalEventTests
{
    [Fact]
    public async Task Events_without_a_waiter_are_kept_in_order()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
        {
            await context.WaitForExternalEvent<string>("go");
            string first = await context.WaitForExternalEvent<string>("data");
            string second = await context.WaitForExternalEvent<string>("data");
            return first + second;
        });

        await fixture.StartAsync("Main");
        await fixture.RaiseAsync("data", "a");
        await fixture.RaiseAsync("data", "b");
        await fixture.RaiseAsync("go");

        Assert.Equal("ab", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task The_newest_of_several_waiters_gets_the_next_event()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
        {
            Task<string> older = context.WaitForExternalEvent<string>("data");
            Task<string> newer = context.WaitForExternalEvent<string>("data");
            return $"older={await older} newer={await newer}";
        });

        await fixture.StartAsync("Main");
        await fixture.RaiseAsync("data", "1");
        await fixture.RaiseAsync("data", "2");

        Assert.Equal("older=2 newer=1", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Event_names_are_matched_without_regard_to_case()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context => await context.WaitForExternalEvent<string>("Wake"));

        await fixture.StartAsync("Main");
        await fixture.RaiseAsync("wAKE", "x");

        Assert.Equal("x", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Waits_of_one_name_must_agree_on_the_type()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
        {
            Task<string> text = context.WaitForExternalEvent<string>("data");
            Task<int> number = context.WaitForExternalEvent<int>("data");
            await Task.WhenAll(text, number);
            return null;
        });

        await fixture.StartAsync("Main");

        Assert.StartsWith("System.ArgumentException:", (await fixture.GetAsync()).SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wait_with_a_time_out_ends_as_cancelled()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
        {
            try
            {
                return await context.WaitForExternalEvent<string>("data", TimeSpan.FromMinutes(1));
            }
            catch (TaskCanceledException)
            {
                return "timed out";
            }
        });

        await fixture.StartAsync("Main");
        await fixture.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal("timed out", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_wait_with_a_time_out_that_gets_its_event_leaves_no_open_timer()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context => await context.WaitForExternalEvent<string>("data", TimeSpan.FromDays(1)));

        await fixture.StartAsync("Main");
        await fixture.RaiseAsync("data", "x");

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await fixture.GetAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task An_event_right_after_a_time_out_is_kept_for_the_next_wait()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
        {
            try
            {
                await context.WaitForExternalEvent<string>("data", TimeSpan.FromMinutes(1));
            }
            catch (TaskCanceledException)
            {
                await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            }

            return await context.WaitForExternalEvent<string>("data");
        });

        await fixture.StartAsync("Main");
        await fixture.AdvanceAsync(TimeSpan.FromMinutes(1));
        await fixture.RaiseAsync("data", "early");
        await fixture.AdvanceAsync(TimeSpan.FromMinutes(1));

        // Until Durable Task 1.25 the wait that had timed out would have taken it.
        Assert.Equal("early", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_dead_wait_takes_no_event_after_a_later_wait_has_completed_either()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
        {
            try
            {
                await context.WaitForExternalEvent<string>("data", TimeSpan.FromMinutes(1));
            }
            catch (TaskCanceledException)
            {
                // Its waiter stays on the stack.
            }

            string first = await context.WaitForExternalEvent<string>("data");
            await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            string second = await context.WaitForExternalEvent<string>("data");
            return first + second;
        });

        await fixture.StartAsync("Main");
        await fixture.AdvanceAsync(TimeSpan.FromMinutes(1));
        await fixture.RaiseAsync("data", "1");
        await fixture.RaiseAsync("data", "2");
        await fixture.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal("12", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task One_wait_that_is_kept_across_timers_loses_nothing()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
        {
            string received = string.Empty;
            Task<string> wait = context.WaitForExternalEvent<string>("data");
            while (received.Length < 3)
            {
                using CancellationTokenSource cancellation = new();
                Task timer = context.CreateTimer(TimeSpan.FromMinutes(1), cancellation.Token);
                if (await Task.WhenAny(wait, timer) == wait)
                {
                    received += await wait;
                    wait = context.WaitForExternalEvent<string>("data");
#pragma warning disable CA1849, VSTHRD103, MA0042 // An orchestrator may not leave its thread.
                    cancellation.Cancel();
#pragma warning restore CA1849, VSTHRD103, MA0042
                }
            }

            return received;
        });

        await fixture.StartAsync("Main");
        await fixture.AdvanceAsync(TimeSpan.FromMinutes(3));
        await fixture.RaiseAsync("data", "1");
        await fixture.AdvanceAsync(TimeSpan.FromMinutes(1));
        await fixture.RaiseAsync("data", "2");
        await fixture.RaiseAsync("data", "3");

        OrchestrationMetadata instance = await fixture.GetAsync();
        Assert.Equal("123", instance.ReadOutputAs<string>());
        Assert.DoesNotContain(fixture.Logs.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task A_payload_of_the_wrong_shape_fails_the_instance_that_waits_for_it()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
        {
            try
            {
                return await context.WaitForExternalEvent<int>("data");
            }
            catch (System.Text.Json.JsonException)
            {
                return "caught";
            }
        });

        await fixture.StartAsync("Main");
        await fixture.RaiseAsync("data", "no number");

        OrchestrationMetadata instance = await fixture.GetAsync();
        Assert.Equal(OrchestrationRuntimeStatus.Failed, instance.RuntimeStatus);
        Assert.Equal("System.Text.Json.JsonException", instance.FailureDetails!.ErrorType);
    }

    [Fact]
    public async Task A_payload_of_the_wrong_shape_that_came_before_the_wait_can_be_caught_there()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
        {
            await context.WaitForExternalEvent<string>("go");
            try
            {
                return await context.WaitForExternalEvent<int>("data");
            }
            catch (System.Text.Json.JsonException)
            {
                return "caught";
            }
        });

        await fixture.StartAsync("Main");
        await fixture.RaiseAsync("data", "no number");
        await fixture.RaiseAsync("go");

        Assert.Equal("caught", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Instances_send_each_other_events()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Receiver", async context => await context.WaitForExternalEvent<int>("data"));
        fixture.Orchestrator("Sender", context =>
        {
            context.SendEvent("receiver", "data", 7);
            return Task.FromResult<object?>(null);
        });

        await fixture.StartAsync("Receiver", instanceId: "receiver");
        await fixture.StartAsync("Sender", instanceId: "sender");

        Assert.Equal(7, (await fixture.GetAsync("receiver")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task Events_delivered_twice_arrive_twice()
    {
        await using EngineFixture fixture = await new EngineFixture(options: new() { TestModes = new() { DeliverEventsTwice = true } }).StartedAsync();
        fixture.Orchestrator("Main", async context =>
            await context.WaitForExternalEvent<string>("data") + await context.WaitForExternalEvent<string>("data"));

        await fixture.StartAsync("Main");
        await fixture.RaiseAsync("data", "x");

        Assert.Equal("xx", (await fixture.GetAsync()).ReadOutputAs<string>());
    }
}
