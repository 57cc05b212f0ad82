using OpsManager.Storage;
using OpsManager.Storage.InMemory;
using OpsManager.Storage.Runs;

namespace OpsFunctions.Tests.Escalations;

/// <summary>
/// The process dies, or storage fails, before or after each of the writes from a decision to what a sink knows. Whoever comes after
/// repeats the decision and dispatches: every sink hears of the beginning and of the end, and nothing is left.
/// </summary>
public sealed class CrashPointTests
{
    [Theory]
    [InlineData(WriteFault.CrashBefore)]
    [InlineData(WriteFault.CrashAfter)]
    [InlineData(WriteFault.Unavailable)]
    [InlineData(WriteFault.AnswerLost)]
    public async Task A_fault_at_any_write_loses_nothing(WriteFault fault)
    {
        var writes = await RunAsync(0, fault);
        Assert.InRange(writes, 10, 200);
        for (var nth = 1; nth <= writes; nth++)
        {
            await RunAsync(nth, fault);
        }
    }

    [Theory]
    [InlineData(WriteFault.CrashBefore)]
    [InlineData(WriteFault.CrashAfter)]
    public async Task A_fault_at_any_write_of_a_group_loses_no_run_and_ends_nothing_that_was_not_told(WriteFault fault)
    {
        var writes = await GroupAsync(0, fault);
        for (var nth = 1; nth <= writes; nth++)
        {
            await GroupAsync(nth, fault);
        }
    }

    [Fact]
    public async Task A_marker_whose_decision_never_came_is_removed_after_a_while()
    {
        await using var app = await TellingApp.StartAsync();
        await app.CreateAsync("run-a");
        app.App.Storage.Faults.Plan(2, WriteFault.CrashBefore);
        await Assert.ThrowsAsync<SimulatedCrashException>(() => app.RaiseAsync("run-a"));
        Assert.Single(await app.App.Storage.Notifications.ListMarkersAsync(10, default));

        await app.DispatchAsync();
        Assert.Single(await app.App.Storage.Notifications.ListMarkersAsync(10, default));
        app.App.Time.Advance(TimeSpan.FromMinutes(11));
        await app.DispatchAsync();

        Assert.Empty(await app.App.Storage.Notifications.ListMarkersAsync(10, default));
        Assert.Empty(app.Hook.Received);
    }

    [Fact]
    public async Task A_marker_that_is_written_again_is_not_removed_by_who_saw_the_old_one()
    {
        await using var app = await TellingApp.StartAsync();
        await app.CreateAsync("run-a");
        app.App.Storage.Faults.Plan(2, WriteFault.CrashBefore);
        await Assert.ThrowsAsync<SimulatedCrashException>(() => app.RaiseAsync("run-a"));
        var old = Assert.Single(await app.App.Storage.Notifications.ListMarkersAsync(10, default));

        app.App.Storage.Faults.Plan(2, WriteFault.CrashBefore);
        await Assert.ThrowsAsync<SimulatedCrashException>(() => app.RaiseAsync("run-a"));
        await app.App.Storage.Notifications.RemoveMarkerAsync(old, default);

        Assert.Single(await app.App.Storage.Notifications.ListMarkersAsync(10, default));
    }

    private static async Task<long> RunAsync(int nth, WriteFault fault)
    {
        await using var app = await TellingApp.StartAsync();
        await app.CreateAsync("run-a");
        var before = app.App.Storage.Faults.Writes;
        if (nth > 0)
        {
            app.App.Storage.Faults.Plan(nth, fault);
        }

        await AgainAsync(app, async () =>
        {
            if ((await app.App.HeadAsync("run-a")).Run.EscalationCount == 0)
            {
                await app.RaiseAsync("run-a");
            }
        });
        await AgainAsync(app, app.DispatchAsync);
        await AgainAsync(app, async () =>
        {
            if ((await app.App.HeadAsync("run-a")).Run.Escalations.Count > 0)
            {
                await app.ResolveAsync("run-a");
            }
        });
        await AgainAsync(app, app.DispatchAsync);
        app.App.Time.Advance(TimeSpan.FromMinutes(20));
        await AgainAsync(app, app.DispatchAsync);

        var what = $"{fault} at write {nth}: {string.Join(", ", app.HookTold)} / {string.Join(", ", app.PagerTold)}";
        Assert.True(app.HookTold[0] == "escalation.raised run-a:ingest_stale" && app.HookTold[^1] == "escalation.resolved run-a:ingest_stale", what);
        Assert.True(app.PagerTold[0] == "trigger run-a:ingest_stale" && app.PagerTold[^1] == "resolve run-a:ingest_stale", what);
        Assert.True(app.Hook.Received.Count <= 3 && app.Pager.Received.Count <= 3, what);
        Assert.Empty(await app.App.Storage.Notifications.ListMarkersAsync(10, default));
        Assert.Empty((await app.App.Storage.Notifications.ReadBoardAsync(default)).Alerts);
        return app.App.Storage.Faults.Writes - before;
    }

    private static async Task<long> GroupAsync(int nth, WriteFault fault)
    {
        await using var app = await TellingApp.StartAsync();
        string[] ids = ["run-a", "run-b", "run-c"];
        await app.CreateAsync(ids);
        foreach (var id in ids)
        {
            await app.RaiseAsync(id);
        }

        var before = app.App.Storage.Faults.Writes;
        if (nth > 0)
        {
            app.App.Storage.Faults.Plan(nth, fault);
        }

        await AgainAsync(app, app.DispatchAsync);
        app.App.Time.Advance(TimeSpan.FromMinutes(1));
        await AgainAsync(app, app.DispatchAsync);
        foreach (var id in ids)
        {
            await AgainAsync(app, async () =>
            {
                if ((await app.App.HeadAsync(id)).Run.Escalations.Count > 0)
                {
                    await app.ResolveAsync(id);
                }
            });
        }

        await AgainAsync(app, app.DispatchAsync);
        app.App.Time.Advance(TimeSpan.FromMinutes(20));
        await AgainAsync(app, app.DispatchAsync);
        await AgainAsync(app, app.DispatchAsync);

        // Each run is named by something that was raised, and everything that was raised is resolved.
        var raised = app.Hook.Received.Where(post => (string?)post.Json["type"] == "escalation.raised").ToArray();
        var what = $"{fault} at write {nth}: {string.Join(", ", app.HookTold)}";
        Assert.True(ids.All(id => raised.Any(post => post.Body.Contains(id, StringComparison.Ordinal))), what);
        Assert.All(raised.Select(post => (string)post.Json["data"]!["dedupKey"]!), key => Assert.Contains($"escalation.resolved {key}", app.HookTold));

        // And nothing is told to be over that was never told.
        Assert.All(
            app.HookTold.Select((told, at) => (Told: told, At: at)).Where(static each => each.Told.StartsWith("escalation.resolved ", StringComparison.Ordinal)),
            each => Assert.True(app.HookTold.Take(each.At).Contains(each.Told.Replace("resolved", "raised", StringComparison.Ordinal)), $"{each.Told} came first; {what}"));
        var board = await app.App.Storage.Notifications.ReadBoardAsync(default);
        Assert.True(board.Alerts.Count == 0 && board.Groups.Count == 0, what);
        return app.App.Storage.Faults.Writes - before;
    }

    /// <summary>Does something; if the process dies or storage fails, waits until what the dead one held has run out and does it again.</summary>
    private static async Task AgainAsync(TellingApp app, Func<Task> action)
    {
        for (var restart = 0; ; restart++)
        {
            try
            {
                await action();
                return;
            }
            catch (Exception error) when (error is SimulatedCrashException or StorageUnavailableException && restart < 2)
            {
                app.App.Time.Advance(TimeSpan.FromMinutes(4));
            }
        }
    }
}
