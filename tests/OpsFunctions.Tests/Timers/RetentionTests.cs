using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Options;
using OpsFunctions.Composition;
using OpsFunctions.Tests.Support;
using OpsFunctions.Tests.Telemetry;
using OpsFunctions.Timers;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Storage.Gateway;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Timers;

public sealed class RetentionTests
{
    private static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    [Fact]
    public async Task A_run_that_ended_ninety_days_ago_is_deleted_and_a_younger_one_is_kept()
    {
        using var app = new AppFixture();
        await app.EndAsync("run-old");
        app.Time.Advance(TimeSpan.FromSeconds(1));
        await app.EndAsync("run-young", sprite: "sprite-b");
        app.Time.Advance(Kept);

        Assert.Equal(1, (await TickAsync(app)).Marked);

        Assert.True((await app.HeadAsync("run-old")).Purging);
        Assert.Equal("retention", (await app.HeadAsync("run-old")).Purge!.Cause);
        Assert.False((await app.HeadAsync("run-young")).Purging);

        app.Time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, (await TickAsync(app)).Marked);
        Assert.True((await app.HeadAsync("run-young")).Purging);
    }

    [Fact]
    public async Task A_run_that_lives_or_still_holds_its_sprite_is_kept_however_old()
    {
        using var app = new AppFixture();
        await app.CreateAsync("run-live", sprite: "sprite-b");
        await app.EndAsync("run-held", Quiescence.NotProven);
        app.Time.Advance(Kept * 4);

        var report = await TickAsync(app);

        Assert.Equal((0, 1), (report.Marked, report.Held));
        Assert.False((await app.HeadAsync("run-held")).Purging);
        Assert.False((await app.HeadAsync("run-live")).Purging);
    }

    [Fact]
    public async Task Zero_keeps_runs_and_instances_for_ever()
    {
        using var app = new AppFixture(new Dictionary<string, string?> { ["Retention:EndedRuns"] = "00:00:00", ["Retention:Instances"] = "00:00:00" });
        await app.EndAsync("run-old");
        app.Time.Advance(Kept * 40);

        Assert.Equal(new RetentionReport(), await TickAsync(app));
        Assert.Empty(app.Client.PurgeFilters);
    }

    [Fact]
    public async Task A_tick_marks_a_bounded_number_and_the_next_goes_on()
    {
        using var app = new AppFixture(new Dictionary<string, string?> { ["Retention:RunsPerTick"] = "2", ["Retention:ScanPerTick"] = "3" });
        for (var at = 0; at < 7; at++)
        {
            await app.EndAsync($"run-{at}", sprite: $"sprite-{at}");
            app.Time.Advance(TimeSpan.FromSeconds(1));
        }

        app.Time.Advance(Kept);
        var retention = app.Get<Retention>();
        var marked = new List<int>();
        for (var tick = 0; tick < 6; tick++)
        {
            marked.Add((await retention.TickAsync(app.Client, default)).Marked);
        }

        Assert.Equal(7, marked.Sum());
        Assert.All(marked, count => Assert.InRange(count, 0, 2));
        Assert.Equal(7, (await app.Purge.ListAsync(null, 100, default)).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public async Task Runs_that_cannot_be_read_are_passed_over(int runsPerTick)
    {
        using var app = new AppFixture(new Dictionary<string, string?> { ["Retention:RunsPerTick"] = $"{runsPerTick}" });
        foreach (var id in new[] { "run-first", "run-damaged", "run-newer", "run-last" })
        {
            await app.EndAsync(id, sprite: "sprite-" + id);
            app.Time.Advance(TimeSpan.FromSeconds(1));
        }

        await app.MakeUnreadableAsync(StorageTable.LoopRuns, "run-damaged", RowKeys.Head);
        await app.MakeUnreadableAsync(StorageTable.LoopRuns, "run-newer", RowKeys.Head);
        app.Time.Advance(Kept);
        var logger = new RecordingLogger<Retention>();
        var retention = app.Another<Retention>(logger);

        var ticks = new[] { await retention.TickAsync(app.Client, default), await retention.TickAsync(app.Client, default) };

        Assert.Equal(["run-first", "run-last"], (await app.Purge.ListAsync(null, 10, default)).Select(run => run.RunId.Value));
        Assert.Equal(2, ticks.Sum(tick => tick.Marked));
        Assert.Contains(ticks, tick => tick.Failures == 2);
        Assert.Contains(logger.Messages, message => message.Contains("run-damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Instances_that_have_ended_are_removed_after_thirty_days_and_no_others()
    {
        using var app = new AppFixture();
        app.Client.Set("run-a-g1", OrchestrationRuntimeStatus.Completed);
        app.Client.Set("run-b-g1", OrchestrationRuntimeStatus.Running);
        app.Time.Advance(TimeSpan.FromDays(30));
        Assert.Equal(0, (await TickAsync(app)).Instances);

        app.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await TickAsync(app)).Instances);

        Assert.Equal(["run-b-g1"], app.Client.Instances.Keys);
        Assert.All(app.Client.PurgeFilters, filter =>
        {
            Assert.Equal([OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated], filter.Statuses);
            Assert.Equal(TimeSpan.FromMinutes(1), filter.Timeout);
        });
    }

    [Fact]
    public async Task A_blob_whose_row_was_never_written_is_removed_after_a_day()
    {
        using var app = new AppFixture();
        await app.EndAsync("run-sample");
        app.Storage.PutBlob("run-sample/event-00000000000000000009-" + new string('a', 64));
        app.Time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(0, (await TickAsync(app)).Blobs);

        app.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, (await TickAsync(app)).Blobs);
    }

    [Fact]
    public async Task One_part_in_trouble_does_not_keep_the_others()
    {
        using var app = new AppFixture();
        await app.EndAsync("run-old");
        app.Storage.PutBlob("run-old/event-00000000000000000009-" + new string('a', 64));
        app.Time.Advance(Kept + TimeSpan.FromSeconds(1));
        app.Client.PurgeFailure = new InvalidOperationException("the hub is away");

        var report = await TickAsync(app);

        Assert.Equal((1, 0, 1, 1), (report.Marked, report.Instances, report.Blobs, report.Failures));
    }

    [Theory]
    [InlineData("EndedRuns", "00:00:01", "Retention:EndedRuns is 00:00:01; set 00:00:00 to keep every run until it is deleted by hand, or a time from 1.00:00:00 to 3650.00:00:00.")]
    [InlineData("EndedRuns", "-1.00:00:00", "Retention:EndedRuns is -1.00:00:00; set 00:00:00 to keep every run until it is deleted by hand, or a time from 1.00:00:00 to 3650.00:00:00.")]
    [InlineData("Instances", "4000.00:00:00", "Retention:Instances is 4000.00:00:00; set 00:00:00 to keep every instance, or a time from 1.00:00:00 to 3650.00:00:00.")]
    [InlineData("OrphanBlobs", "00:59:59", "Retention:OrphanBlobs is 00:59:59; set it to a value from 01:00:00 to 30.00:00:00.")]
    [InlineData("RunsPerTick", "0", "Retention:RunsPerTick is 0; set it to a value from 1 to 1000.")]
    [InlineData("ScanPerTick", "5001", "Retention:ScanPerTick is 5001; set it to a value from 1 to 5000.")]
    public void A_setting_that_cannot_be_meant_is_refused_with_its_name_and_the_fix(string setting, string value, string message)
    {
        using var app = new AppFixture(new Dictionary<string, string?> { [$"Retention:{setting}"] = value });

        var refusal = Assert.Throws<OptionsValidationException>(() => app.Get<IOptions<RetentionOptions>>().Value);

        Assert.Equal([message], refusal.Failures);
    }

    private static Task<RetentionReport> TickAsync(AppFixture app) => app.Another<Retention>().TickAsync(app.Client, default);
}
