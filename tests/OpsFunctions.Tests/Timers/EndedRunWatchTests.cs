using Microsoft.DurableTask.Client;
using OpsFunctions.Http;
using OpsFunctions.Tests.Support;
using OpsFunctions.Timers;
using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Timers;

/// <summary>An ended run has an engine as long as something that was asked of it is open, and no longer.</summary>
public sealed class EndedRunWatchTests : IDisposable
{
    private readonly AppFixture _app = new();

    public void Dispose() => _app.Dispose();

    [Theory]
    [InlineData(null, 1, 0)]
    [InlineData(OrchestrationRuntimeStatus.Completed, 0, 1)]
    [InlineData(OrchestrationRuntimeStatus.Running, 0, 0)]
    public async Task Where_the_signal_was_lost_the_watchdog_starts_it(OrchestrationRuntimeStatus? engine, int started, int replaced)
    {
        await EndedAsync(engine);
        await _app.Get<IntentIntake>().KeepAsync("run-sample", new IntentRequest { Id = IntentIds.Random(), Verb = IntentVerb.ForceCancel, By = "ann" }, default);

        var report = await TickAsync();

        Assert.Equal((started, replaced), (report.Started, report.Replaced));
        Assert.Equal(1 + replaced, (await _app.HeadAsync()).Engine.Generation);
    }

    [Fact]
    public async Task Without_anything_open_it_has_none()
    {
        await EndedAsync(OrchestrationRuntimeStatus.Completed);

        var report = await TickAsync();

        Assert.Equal((0, 0), (report.Started, report.Replaced));
    }

    private async Task EndedAsync(OrchestrationRuntimeStatus? engine)
    {
        _app.Adapter.Capabilities = ["force_cancel"];
        await _app.CreateAsync();
        var outcome = await _app.PollAsync(1);
        var run = RunDecider.Decide(outcome.Run!, outcome.Input!, _app.Time.GetUtcNow()).Run;
        run = run with { Lifecycle = LifecycleStatus.Ended(LifecycleState.Crashed, Samples.Start, "killed", Quiescence.NotProven, null) };
        Assert.IsType<WriteResult.Written>(await _app.Store.ApplyAsync(
            run.Spec.RunId, EngineRef.For(run.Spec.RunId, 1), new ApplyRequest("1-1", outcome.Revision, new Decision(run, [], [], true)), default));
        if (engine is { } status)
        {
            _app.Client.Set("run-sample-g1", status);
        }
    }

    private Task<WatchdogReport> TickAsync()
    {
        _app.Time.Advance(TimeSpan.FromMinutes(1));
        return _app.Get<Watchdog>().TickAsync(_app.Client, default);
    }
}
