using LocalHost.Durable.Engine;
using LocalHost.Durable.History;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace LocalHost.Tests.Durable;

public sealed class TimerAndActivityTests
{
    [Fact]
    public async Task A_cancelled_timer_leaves_no_trace_but_its_creation()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
        {
            using CancellationTokenSource cancellation = new();
            Task timer = context.CreateTimer(TimeSpan.FromMinutes(5), cancellation.Token);
            await context.WaitForExternalEvent<string>("go");
#pragma warning disable CA1849, VSTHRD103, MA0042 // An orchestrator may not leave its thread.
            cancellation.Cancel();
#pragma warning restore CA1849, VSTHRD103, MA0042
            await Assert.ThrowsAsync<TaskCanceledException>(() => timer);
            await context.WaitForExternalEvent<string>("end");
            return null;
        });

        await fixture.StartAsync("Main");
        await fixture.RaiseAsync("go");
        await fixture.AdvanceAsync(TimeSpan.FromMinutes(10));

        Assert.DoesNotContain(HistoryEventType.TimerFired, await fixture.HistoryTypesAsync());
        await fixture.RaiseAsync("end");
        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await fixture.GetAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task Seven_days_are_waited_for_in_three_timers()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
        {
            await context.CreateTimer(TimeSpan.FromDays(7), CancellationToken.None);
            return "done";
        });

        await fixture.StartAsync("Main");
        for (int day = 0; day < 7; day++)
        {
            Assert.Equal(OrchestrationRuntimeStatus.Running, (await fixture.GetAsync()).RuntimeStatus);
            await fixture.AdvanceAsync(TimeSpan.FromDays(1));
        }

        Assert.Equal("done", (await fixture.GetAsync()).ReadOutputAs<string>());
        DateTime start = new(2030, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        Assert.Equal(
            [start.AddDays(3), start.AddDays(6), start.AddDays(7)],
            (await fixture.HistoryAsync()).Where(created => created.EventType == HistoryEventType.TimerCreated).Select(created => created.FireAt!.Value));
    }

    [Fact]
    public async Task Timers_can_be_made_late()
    {
        await using EngineFixture fixture = await new EngineFixture(options: new() { TestModes = new() { TimerLateness = TimeSpan.FromSeconds(30) } }).StartedAsync();
        fixture.Orchestrator("Main", WaitAMinute);

        await fixture.StartAsync("Main");
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(89));
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await fixture.GetAsync()).RuntimeStatus);

        await fixture.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(30, (await fixture.GetAsync()).ReadOutputAs<double>());
    }

    [Fact]
    public async Task Timers_can_be_made_early()
    {
        await using EngineFixture fixture = await new EngineFixture(options: new() { TestModes = new() { TimerLateness = TimeSpan.FromSeconds(-1) } }).StartedAsync();
        fixture.Orchestrator("Main", WaitAMinute);

        await fixture.StartAsync("Main");
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(59));

        Assert.Equal(-1, (await fixture.GetAsync()).ReadOutputAs<double>());
    }

    [Fact]
    public async Task A_timer_in_the_past_fires_at_once()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
        {
            await context.CreateTimer(context.CurrentUtcDateTime.AddDays(-1), CancellationToken.None);
            return "done";
        });

        await fixture.StartAsync("Main");
        await fixture.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal("done", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_failed_activity_is_seen_as_a_task_failure_with_details()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Activity("Fail", (Func<string, object?>)(_ => throw new FormatException("bad")));
        fixture.Orchestrator("Main", async context =>
        {
            await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
            TaskFailedException failure = await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync("Fail"));
            return new { failure.TaskName, failure.TaskId, failure.Message, IsFormat = failure.FailureDetails.IsCausedBy<FormatException>() };
        });

        await fixture.StartAsync("Main");
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(1));

        Assert.Equal(
            """{"TaskName":"Fail","TaskId":1,"Message":"Task \u0027Fail\u0027 (#1) failed with an unhandled exception: bad","IsFormat":true}""",
            (await fixture.GetAsync()).SerializedOutput);
        HistoryEvent failed = (await fixture.HistoryAsync()).Single(historyEvent => historyEvent.EventType == HistoryEventType.TaskFailed);
        Assert.Equal("Function 'Fail' failed with an unhandled exception.", failed.Reason);
    }

    [Fact]
    public async Task An_activity_failure_that_is_not_caught_fails_the_orchestration_with_its_cause_inside()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Activity("Fail", (Func<string, object?>)(_ => throw new FormatException("bad")));
        fixture.Orchestrator("Main", async context => await context.CallActivityAsync<string>("Fail"));

        await fixture.StartAsync("Main");

        OrchestrationMetadata instance = await fixture.GetAsync();
        Assert.Equal("Microsoft.DurableTask.TaskFailedException: Task 'Fail' (#0) failed with an unhandled exception: bad", instance.SerializedOutput);
        Assert.Equal("System.FormatException", instance.FailureDetails!.InnerFailure!.ErrorType);
    }

    [Fact]
    public async Task An_unknown_activity_fails_without_details()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", async context =>
        {
            TaskFailedException failure = await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync("Missing"));
            return failure.FailureDetails.ErrorType;
        });

        await fixture.StartAsync("Main");

        Assert.Equal("(unknown)", (await fixture.GetAsync()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_failure_waits_for_open_tasks_like_any_other_end()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Orchestrator("Main", context =>
        {
            _ = context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            throw new InvalidOperationException("at once");
        });

        await fixture.StartAsync("Main");
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await fixture.GetAsync()).RuntimeStatus);

        await fixture.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await fixture.GetAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task A_retry_policy_spaces_its_attempts_and_ends_with_the_dummy_timer()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        List<DateTimeOffset> attempts = [];
        fixture.Activity("Fail", _ =>
        {
            attempts.Add(fixture.Time.GetUtcNow());
            throw new FormatException("bad");
        });
        fixture.Orchestrator("Main", async context =>
            await context.CallActivityAsync<string>("Fail", TaskOptions.FromRetryPolicy(new RetryPolicy(3, TimeSpan.FromSeconds(10), backoffCoefficient: 2))));

        await fixture.StartAsync("Main");
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(10));
        await fixture.AdvanceAsync(TimeSpan.FromSeconds(20));
        await fixture.AdvanceAsync(TimeSpan.Zero);

        Assert.Equal([0, 10, 30], attempts.Select(attempt => (attempt - attempts[0]).TotalSeconds));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await fixture.GetAsync()).RuntimeStatus);
        List<HistoryEvent> timers = (await fixture.HistoryAsync()).Where(created => created.EventType == HistoryEventType.TimerCreated).ToList();
        Assert.Equal(3, timers.Count);
        Assert.Equal(timers[2].FireAt, fixture.Time.GetUtcNow().UtcDateTime);
    }

    [Fact]
    public async Task A_retry_policy_stops_where_the_failure_is_not_to_be_handled()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        int attempts = 0;
        fixture.Activity("Fail", _ =>
        {
            attempts++;
            throw new FormatException("bad");
        });
        fixture.Orchestrator("Main", async context =>
        {
            RetryPolicy policy = new(5, TimeSpan.FromSeconds(10)) { HandleFailure = failure => failure.IsCausedBy<TimeoutException>() };
            return await context.CallActivityAsync<string>("Fail", TaskOptions.FromRetryPolicy(policy));
        });

        await fixture.StartAsync("Main");

        Assert.Equal(1, attempts);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await fixture.GetAsync()).RuntimeStatus);
    }

    [Fact]
    public async Task A_retry_handler_decides_after_each_attempt()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        int attempts = 0;
        fixture.Activity("Flaky", _ => ++attempts < 3 ? throw new FormatException("bad") : "ok");
        fixture.Orchestrator("Main", async context => await context.CallActivityAsync<string>(
            "Flaky",
            TaskOptions.FromRetryHandler(retry => retry.LastAttemptNumber < 5 && retry.LastFailure.IsCausedBy<FormatException>())));

        await fixture.StartAsync("Main");

        Assert.Equal("ok", (await fixture.GetAsync()).ReadOutputAs<string>());
        Assert.Equal(3, attempts);
    }

    [Fact]
    public async Task Activities_can_be_run_twice()
    {
        await using EngineFixture fixture = await new EngineFixture(options: new() { TestModes = new() { RunActivitiesTwice = true } }).StartedAsync();
        int runs = 0;
        fixture.Activity("Count", _ => ++runs);
        fixture.Orchestrator("Main", async context =>
        {
            int first = await context.CallActivityAsync<int>("Count");
            await context.CreateTimer(TimeSpan.FromMinutes(1), CancellationToken.None);
            return first;
        });

        await fixture.StartAsync("Main");
        await fixture.AdvanceAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(2, runs);
        Assert.Equal(1, (await fixture.GetAsync()).ReadOutputAs<int>());
    }

    [Fact]
    public async Task An_activity_s_first_result_can_be_lost()
    {
        await using EngineFixture fixture = await new EngineFixture(options: new() { TestModes = new() { LoseFirstActivityResult = true } }).StartedAsync();
        int runs = 0;
        fixture.Activity("Count", _ => ++runs);
        fixture.Orchestrator("Main", async context => await context.CallActivityAsync<int>("Count"));

        await fixture.StartAsync("Main");

        Assert.Equal(2, (await fixture.GetAsync()).ReadOutputAs<int>());
    }

    [Fact]
    public async Task No_more_activities_run_at_once_than_configured()
    {
        await using EngineFixture fixture = await new EngineFixture(options: new EngineOptions { MaxConcurrentActivities = 2 }).StartedAsync();
        int current = 0;
        int highest = 0;
        SemaphoreSlim release = new(0);
        fixture.Activity("Wait", async (_, cancellationToken) =>
        {
            int now = Interlocked.Increment(ref current);
            InterlockedMax(ref highest, now);
            await release.WaitAsync(cancellationToken);
            Interlocked.Decrement(ref current);
            return null;
        });
        fixture.Orchestrator("Main", async context =>
        {
            await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => context.CallActivityAsync("Wait")));
            return null;
        });

        await fixture.Client.ScheduleNewOrchestrationInstanceAsync("Main", null, new StartOrchestrationOptions { InstanceId = "i1" }, fixture.Cancellation);
        release.Release(6);
        await fixture.IdleAsync();

        Assert.Equal(OrchestrationRuntimeStatus.Completed, (await fixture.GetAsync()).RuntimeStatus);
        Assert.InRange(highest, 1, 2);
    }

    [Fact]
    public async Task A_result_too_large_for_the_store_fails_the_activity()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
#pragma warning disable CA5394 // Noise that does not compress, not a secret.
        Random random = new(1);
        fixture.Activity("Huge", _ => new string(Enumerable.Range(0, 2_000_000).Select(_ => (char)random.Next('a', 'a' + 26)).ToArray()));
#pragma warning restore CA5394
        fixture.Orchestrator("Main", async context => await context.CallActivityAsync<string>("Huge"));

        await fixture.StartAsync("Main");

        Assert.Contains("too large", (await fixture.GetAsync()).SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeated_outcome_is_ignored()
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Activity("Echo", _ => "x");
        fixture.Orchestrator("Main", async context =>
        {
            await context.CallActivityAsync("Echo");
            return await context.WaitForExternalEvent<string>("end");
        });
        await fixture.StartAsync("Main");

        await fixture.RaiseAsync("end", "done");

        Assert.Equal("done", (await fixture.GetAsync()).ReadOutputAs<string>());
        Assert.DoesNotContain(fixture.Logs.Entries, entry => entry.Level >= LogLevel.Warning);
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(31_000, "column")]
    [InlineData(47_000, "message", "column")]
    public async Task What_the_real_engine_would_move_to_a_blob_is_warned_of_once(int characters, params string[] exceeded)
    {
        await using EngineFixture fixture = await new EngineFixture().StartedAsync();
        fixture.Activity("Echo", _ => new string('x', characters));
        fixture.Orchestrator("Main", async context =>
        {
            await context.CallActivityAsync("Echo");
            await context.WaitForExternalEvent<string>("end");
            return null;
        });
        await fixture.StartAsync("Main");

        // Replayed once more, it is no news.
        await fixture.RaiseAsync("end", "done");

        Assert.Equal(
            exceeded.Select(what => $"TaskCompleted of instance i1 is a {what}"),
            fixture.Logs.Entries.Where(entry => entry.Level == LogLevel.Warning).Select(entry => entry.Message.Split(" of ")[..2]).Select(parts => string.Join(" of ", parts)));
    }

    private static async Task<object?> WaitAMinute(TaskOrchestrationContext context)
    {
        DateTime due = context.CurrentUtcDateTime.AddMinutes(1);
        await context.CreateTimer(due, CancellationToken.None);
        return (context.CurrentUtcDateTime - due).TotalSeconds;
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value, seen) != seen)
        {
            // Another thread was faster; look again.
        }
    }
}
