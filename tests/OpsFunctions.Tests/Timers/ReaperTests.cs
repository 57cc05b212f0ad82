using Microsoft.DurableTask.Client;
using OpsFunctions.Tests.Support;
using OpsFunctions.Timers;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Purging;

namespace OpsFunctions.Tests.Timers;

public sealed class ReaperTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly AppFixture _app = new();
    private readonly Reaper _reaper;

    public ReaperTests() => _reaper = _app.Get<Reaper>();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task Instances_of_all_generations_go_first_and_those_of_other_runs_stay()
    {
        await MarkedAsync("run-sample");
        _app.Client.Set("run-sample-g1", OrchestrationRuntimeStatus.Failed);
        _app.Client.Set("run-sample-g12", OrchestrationRuntimeStatus.Completed);
        _app.Client.Set("run-sample-g1-g1", OrchestrationRuntimeStatus.Completed);
        _app.Client.Set("run-sample-g", OrchestrationRuntimeStatus.Completed);
        _app.Client.Set("run-sampler-g1", OrchestrationRuntimeStatus.Completed);

        Assert.Equal(new ReaperReport(1, 0, 1, 0), await TickAsync());

        Assert.Equal(["run-sample-g1", "run-sample-g12"], _app.Client.Purged.Order());
        Assert.Equal(["run-sample-g", "run-sample-g1-g1", "run-sampler-g1"], _app.Client.Instances.Keys.Order());
        Assert.Null(await _app.Store.FindAsync(RunId.Parse("run-sample"), default));

        _app.Time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(new ReaperReport(1, 1, 0, 0), await TickAsync());
        Assert.Equal(new ReaperReport(0, 0, 0, 0), await TickAsync());
    }

    [Fact]
    public async Task An_instance_that_still_runs_is_terminated_and_removed_by_a_later_tick()
    {
        await MarkedAsync("run-sample");
        _app.Client.Set("run-sample-g1", OrchestrationRuntimeStatus.Running);

        Assert.Equal(1, (await TickAsync()).Waiting);
        Assert.Equal(["run-sample-g1"], _app.Client.Terminated);
        Assert.NotNull(await _app.Store.FindAsync(RunId.Parse("run-sample"), default));

        await TickAsync();
        Assert.Empty(_app.Client.Instances);
        Assert.Null(await _app.Store.FindAsync(RunId.Parse("run-sample"), default));
    }

    [Fact]
    public async Task An_instance_that_does_not_end_holds_a_deletion_up_for_an_hour_and_no_longer()
    {
        await MarkedAsync("run-sample");
        _app.Client.IgnoresTermination = true;
        _app.Client.Set("run-sample-g1", OrchestrationRuntimeStatus.Running);

        _app.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await TickAsync()).Waiting);
        Assert.NotNull(await _app.Store.FindAsync(RunId.Parse("run-sample"), default));

        _app.Time.Advance(TimeSpan.FromSeconds(1));
        await TickAsync();
        Assert.Null(await _app.Store.FindAsync(RunId.Parse("run-sample"), default));
    }

    [Fact]
    public async Task An_engine_that_cannot_be_asked_holds_a_deletion_up_for_an_hour_and_no_longer()
    {
        await MarkedAsync("run-sample");
        _app.Client.PurgeFailure = new InvalidOperationException("the hub is away");

        Assert.Equal(new ReaperReport(1, 0, 1, 0), await TickAsync());
        _app.Time.Advance(TimeSpan.FromHours(1));
        await TickAsync();
        Assert.Null(await _app.Store.FindAsync(RunId.Parse("run-sample"), default));
    }

    [Fact]
    public async Task A_deletion_that_fails_or_waits_does_not_keep_the_others()
    {
        using var app = new AppFixture(new Dictionary<string, string?> { ["Retention:RunsPerTick"] = "1" });
        var reaper = app.Get<Reaper>();
        foreach (var id in new[] { "run-1st", "run-2nd", "run-3rd" })
        {
            await app.EndAsync(id);
            await app.Purge.MarkAsync(RunId.Parse(id), Order(app), default);
        }

        // The first one never ends, the second one's storage fails.
        app.Client.IgnoresTermination = true;
        app.Client.Set("run-1st-g1", OrchestrationRuntimeStatus.Running);
        Assert.Equal(1, (await reaper.TickAsync(app.Client, default)).Waiting);
        app.Storage.Faults.Plan(1, WriteFault.CrashBefore);
        Assert.Equal(1, (await reaper.TickAsync(app.Client, default)).Failures);
        await reaper.TickAsync(app.Client, default);
        Assert.Null(await app.Store.FindAsync(RunId.Parse("run-3rd"), default));

        // Their turns come again.
        await reaper.TickAsync(app.Client, default);
        await reaper.TickAsync(app.Client, default);
        Assert.NotNull(await app.Store.FindAsync(RunId.Parse("run-1st"), default));
        Assert.Null(await app.Store.FindAsync(RunId.Parse("run-2nd"), default));
    }

    [Fact]
    public async Task A_run_whose_orchestration_is_gone_is_read_and_deleted_all_the_same()
    {
        await MarkedAsync("run-sample");

        await TickAsync();

        Assert.Null(await _app.Store.FindAsync(RunId.Parse("run-sample"), default));
    }

    [Theory]
    [InlineData(WriteFault.CrashBefore)]
    [InlineData(WriteFault.CrashAfter)]
    public async Task A_crash_at_any_write_is_made_good_by_the_next_process(WriteFault fault)
    {
        for (var nth = 1; nth <= 12; nth++)
        {
            using var app = new AppFixture();
            await app.EndAsync("run-sample");
            app.Client.Set("run-sample-g1", OrchestrationRuntimeStatus.Running);
            await app.Purge.MarkAsync(RunId.Parse("run-sample"), Order(app), default);
            app.Storage.Faults.Plan(nth, fault);
            for (var tick = 0; tick < 15; tick++)
            {
                // Each tick is another process. Nothing outside the store is remembered.
                await app.Another<Reaper>().TickAsync(app.Client, default);
                app.Time.Advance(Minute);
            }

            Assert.Empty(await app.Purge.ListAsync(null, 10, default));
            Assert.Null(await app.Store.FindAsync(RunId.Parse("run-sample"), default));
            Assert.Null(await app.Index.FindHolderAsync(Samples.Run().Spec.Sprite.Name, default));
            Assert.Empty(await app.Index.ListActiveAsync(default));
            Assert.Empty(app.Client.Instances);
        }
    }

    [Fact]
    public async Task The_watchdog_leaves_a_run_that_is_being_deleted_alone()
    {
        await _app.EndAsync("run-sample", Quiescence.NotProven);
        await _app.Purge.MarkAsync(RunId.Parse("run-sample"), Order(_app) with { ReleaseClaim = true }, default);
        _app.Time.Advance(Minute);

        await _app.Get<Watchdog>().TickAsync(_app.Client, default);

        Assert.Empty(_app.Client.Started);
        Assert.Empty((await _app.Index.ListAsync(new(), null, 10, default)).Items);
    }

    private static PurgeOrder Order(AppFixture app) => new(app.Time.GetUtcNow(), PurgeCauses.Request, null, false);

    private async Task MarkedAsync(string id)
    {
        await _app.EndAsync(id);
        Assert.IsType<PurgeMarking.Marked>(await _app.Purge.MarkAsync(RunId.Parse(id), Order(_app), default));
    }

    private Task<ReaperReport> TickAsync() => _reaper.TickAsync(_app.Client, default);
}
