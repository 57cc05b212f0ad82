using Microsoft.DurableTask.Client;
using OpsFunctions.Telemetry;
using OpsFunctions.Tests.Support;
using OpsFunctions.Timers;
using OpsManager.Core.Lifecycle;

namespace OpsFunctions.Tests.Telemetry;

public sealed class MetricTests : IDisposable
{
    private readonly AppFixture _app = new();
    private readonly MetricRecorder _metrics;

    public MetricTests() => _metrics = new MetricRecorder(_app);

    public void Dispose()
    {
        _metrics.Dispose();
        _app.Dispose();
    }

    [Fact]
    public async Task The_end_of_a_run_is_counted_once_with_its_result_and_duration()
    {
        await EndAsync("loop_complete");

        var (seconds, tags) = Assert.Single(_metrics.Of("cicd.pipeline.run.duration"));
        Assert.Equal(((await _app.HeadAsync()).Run.Lifecycle.Since - Samples.Start).TotalSeconds, seconds);
        Assert.Equal("success", tags["cicd.pipeline.result"]);
        Assert.Empty(_metrics.Of("cicd.pipeline.run.errors"));
        Assert.Contains(_metrics.Of("opsmanager.run.transitions"), item => (string?)item.Tags["opsmanager.run.state"] == "completed");
    }

    [Fact]
    public async Task A_failed_run_is_an_error()
    {
        await EndAsync("role_timeout");

        Assert.Equal("failed", Assert.Single(_metrics.Of("cicd.pipeline.run.errors")).Tags["error.type"]);
        Assert.Equal("failure", Assert.Single(_metrics.Of("cicd.pipeline.run.duration")).Tags["cicd.pipeline.result"]);
    }

    [Fact]
    public async Task A_decision_that_is_stored_a_second_time_is_not_counted_again()
    {
        await _app.CreateAsync();
        _app.Adapter.Log("loop_start", "iteration_start");
        var decision = await _app.CycleAsync(1);
        var counted = _metrics.Of("opsmanager.run.transitions").Count;

        await _app.ApplyAsync(decision, 0, "1-1");

        Assert.True(counted > 0);
        Assert.Equal(counted, _metrics.Of("opsmanager.run.transitions").Count);
    }

    [Fact]
    public async Task Polls_are_measured_by_what_they_brought()
    {
        await _app.CreateAsync();
        await _app.PollAsync(1);
        _app.Adapter.Failure = "transport_timeout";
        await _app.PollAsync(2);
        await _app.PollAsync(3, generation: 9);

        Assert.Equal(["ok", "transport_timeout", "fenced"], _metrics.Of("opsmanager.poll.duration").Select(item => item.Tags["opsmanager.poll.outcome"]));
        Assert.Equal("transport_timeout", Assert.Single(_metrics.Of("opsmanager.poll.failures")).Tags["error.type"]);
    }

    [Fact]
    public async Task The_watchdog_counts_what_lives_what_it_replaced_and_what_it_raised()
    {
        await _app.CreateAsync();
        await _app.CreateAsync("run-other", sprite: "sprite-b");
        await _app.PollAsync(1);
        _app.Client.Set("run-sample-g1", OrchestrationRuntimeStatus.Failed);
        await _app.PollAsync(1, id: "run-other");
        _app.Client.Set("run-other-g1", OrchestrationRuntimeStatus.Suspended);
        _app.Time.Advance(TimeSpan.FromMinutes(1));

        await _app.Get<Watchdog>().TickAsync(_app.Client, default);
        _metrics.Observe();

        Assert.Equal("failed", Assert.Single(_metrics.Of("opsmanager.watchdog.replacements")).Tags["opsmanager.engine.status"]);
        Assert.Equal("engine_suspended", Assert.Single(_metrics.Of("opsmanager.escalations.raised")).Tags["opsmanager.escalation.code"]);
        var (runs, tags) = Assert.Single(_metrics.Of("cicd.pipeline.run.active"));
        Assert.Equal((2d, "pending", "pending"), (runs, (string)tags["cicd.pipeline.run.state"]!, (string)tags["opsmanager.run.state"]!));
    }

    [Fact]
    public void A_count_of_live_runs_is_not_shown_when_it_is_old()
    {
        var metrics = _app.Get<RunMetrics>();
        metrics.CountLive(new Dictionary<LifecycleState, int> { [LifecycleState.Running] = 3 });
        _app.Time.Advance(TimeSpan.FromMinutes(4));

        _metrics.Observe();

        Assert.Empty(_metrics.Of("cicd.pipeline.run.active"));
    }

    [Fact]
    public async Task No_label_tells_one_run_from_another()
    {
        await EndAsync("loop_complete");
        await _app.Get<Watchdog>().TickAsync(_app.Client, default);
        _metrics.Observe();

        var known = new HashSet<object?>([Samples.Loop.Value, "run-sample", "sprite-a", "run-sample-g1", "0af7651916cd43dd8448eb211c80319c"]);
        Assert.NotEmpty(_metrics.All);
        Assert.All(_metrics.All, item => Assert.DoesNotContain(item.Tags.Values, known.Contains));
    }

    [Theory]
    [InlineData(LifecycleState.Completed, "success")]
    [InlineData(LifecycleState.Stopped, "failure")]
    [InlineData(LifecycleState.Failed, "failure")]
    [InlineData(LifecycleState.Cancelled, "cancellation")]
    [InlineData(LifecycleState.TimedOut, "timeout")]
    [InlineData(LifecycleState.Crashed, "error")]
    [InlineData(LifecycleState.Lost, "error")]
    public void Every_end_has_a_result(LifecycleState state, string result)
    {
        _app.Get<RunMetrics>().Ended(state, TimeSpan.FromSeconds(5));

        Assert.Equal(result, Assert.Single(_metrics.Of("cicd.pipeline.run.duration")).Tags["cicd.pipeline.result"]);
        Assert.Equal(state is LifecycleState.Failed or LifecycleState.Crashed or LifecycleState.Lost or LifecycleState.TimedOut ? 1 : 0, _metrics.Of("cicd.pipeline.run.errors").Count);
    }

    private async Task EndAsync(string lastEvent)
    {
        await _app.CreateAsync();
        _app.Adapter.Log("loop_start", "iteration_start");
        await _app.CycleAsync(1);
        _app.Adapter.Log(lastEvent).Stopped();
        await _app.CycleToTheEndAsync(2);
    }
}
