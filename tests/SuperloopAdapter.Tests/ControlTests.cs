using System.Text.Json;
using System.Text.RegularExpressions;
using OpsManager.Contract;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Tests;

/// <summary>Control of real process trees.</summary>
public sealed class ControlTests
{
    private const string Long = """[{"id":"demo-loop","maxIterations":50,"promiseAt":[40],"roleMs":3000}]""";

    /// <summary>For what is to outlive its leader for as long as anybody looks.</summary>
    private const string Endless = """[{"id":"demo-loop","maxIterations":50,"promiseAt":[40],"roleMs":600000}]""";

    /// <summary>At ten times the speed: roles of 2 s, so that a pause comes in time on a busy machine, too, under a time limit of 6 s.</summary>
    private const string Limited = """[{"id":"demo-loop","maxIterations":3,"promiseAt":[1],"roleMs":20000,"timeouts":{"default":60,"implementer":60,"reviewer":60}}]""";

    private const string Approval = """[{"id":"demo-loop","maxIterations":3,"approval":true,"roleMs":200}]""";

    [Fact]
    public async Task A_pause_lets_the_role_finish_starts_nothing_outlasts_the_role_limit_and_resume_goes_on()
    {
        using var runs = await SimulatedRuns.PrepareAsync(Limited);
        await runs.StartAsync("run-1");
        await runs.UntilEventAsync("role_start");
        await runs.UntilRoleAsync();
        var answer = await runs.ControlAsync("pause", "run-1", 2);
        Assert.True(answer.Ok, answer.Result?.CommandOutput);
        Assert.Equal(("confirmed", "leader_stopped", true), (answer.Result!.Status, answer.Result.Confirm!.Reason, answer.Result.Proof!.Stopped));

        // The role in flight goes on; when it is done nothing lives but the stopped leader.
        var quiet = await runs.UntilAsync(static s => s.Ext!.Process is { Stopped: true, LiveChildren: 0 });
        Assert.True(quiet.Ext!.Process!.Alive);
        var since = TimeProvider.System.GetTimestamp();
        await runs.UntilAsync(() => Task.FromResult(TimeProvider.System.GetElapsedTime(since) > TimeSpan.FromSeconds(7)));
        Assert.Equal(1, runs.Events().Count(static e => e == "role_start"));
        Assert.DoesNotContain("role_end", runs.Events());

        Assert.True((await runs.ControlAsync("resume", "run-1", 3)).Ok);
        await runs.UntilEventAsync("loop_complete");
        Assert.DoesNotContain("role_timeout", runs.Events());
        var ended = await runs.UntilAsync(static s => s.Ext!.Exit is not null);
        Assert.Equal(0, ended.Ext!.Exit!.Code);
        Assert.Equal("no_process", (await runs.ControlAsync("pause", "run-1", 4)).Error!.Code);
    }

    [Fact]
    public async Task A_paused_run_is_cancelled_within_a_second_and_leaves_nothing()
    {
        using var runs = await SimulatedRuns.PrepareAsync(Long);
        await runs.StartAsync("run-1");
        await runs.UntilEventAsync("role_start");
        Assert.True((await runs.ControlAsync("pause", "run-1", 2)).Ok);
        var began = TimeProvider.System.GetTimestamp();
        var answer = await runs.ControlAsync("cancel", "run-1", 3);
        var took = TimeProvider.System.GetElapsedTime(began);
        Assert.True(answer.Ok, answer.Result?.CommandOutput);
        Assert.True(took < TimeSpan.FromSeconds(1), $"took {took}");
        Assert.Equal((0, false, true), (answer.Result!.Proof!.LiveMembers, answer.Result.Proof.Killed, answer.Result.Proof.Tombstone));
        Assert.Empty(runs.Living());
        Assert.False(File.Exists(runs.Repository.File("state.json")));
        Assert.False(File.Exists(runs.Repository.File("active-run.json")));

        var after = await runs.SnapshotAsync();
        Assert.Equal(143, after.Ext!.Exit!.Code);
        Assert.Equal("run-1", after.Ext.Control!.Tombstone!.RunId);
        Assert.Equal(3, after.Ext.Control.Order!.Order);
    }

    [ScenarioFact]
    public async Task What_ignores_the_request_to_end_is_killed_after_the_grace()
    {
        using var runs = await SimulatedRuns.PrepareAsync("""[{"id":"demo-loop","steps":[{"role":"implementer","hangs":true,"ignoresTerm":true}]}]""");
        await runs.StartAsync("run-1");
        await runs.UntilEventAsync("role_start");
        await runs.UntilAsync(() => Task.FromResult(Directory.EnumerateFiles(runs.Repository.File("loops/demo-loop"), "implementer.log", SearchOption.AllDirectories).Any(static f => new FileInfo(f).Length > 0)));
        var answer = await runs.ControlAsync("cancel", "run-1", 2);
        Assert.True(answer.Ok, answer.Result?.CommandOutput);
        Assert.True(answer.Result!.Proof!.Killed);
        Assert.Empty(runs.Living());
    }

    [Fact]
    public async Task A_killed_leaders_orphan_is_reaped_and_its_stale_files_cleared()
    {
        using var runs = await SimulatedRuns.PrepareAsync(Endless);
        var started = await runs.StartAsync("run-1");
        await runs.UntilEventAsync("role_start");
        await runs.UntilRoleAsync();
        Assert.True(new LinuxSignals().Send(new ProcfsTable().Read()!.Single(p => p.Pid == started.Pid), ProcessSignal.Kill));
        var dead = await runs.UntilAsync(static s => s.Ext!.Exit is not null);
        Assert.True(dead.Ext!.Process is { Alive: false, LiveChildren: > 0 });
        Assert.True(File.Exists(runs.Repository.File("state.json")));

        var answer = await runs.ControlAsync("force_cancel", "run-1", 2);
        Assert.True(answer.Ok, answer.Result?.CommandOutput);
        Assert.True(answer.Result!.Proof!.Killed);
        Assert.Empty(runs.Living());
        Assert.False(File.Exists(runs.Repository.File("state.json")));
        Assert.False(File.Exists(runs.Repository.File("active-run.json")));
        await runs.StartAsync("run-2");
        await runs.UntilEventAsync("loop_start", 2);
    }

    [Fact]
    public async Task A_foreign_runs_orphan_is_found_by_its_recorded_group()
    {
        using var runs = await SimulatedRuns.PrepareAsync(Endless);
        const string InPlace = "cd \"$2\" && exec \"$1\" run --repo \"$2\" --loop demo-loop";
        using var foreign = RealProcess.Start("setsid", null, "bash", "-c", InPlace, "sh", SimulatedRuns.Superloop, runs.Repository.Path);
        await runs.UntilEventAsync("role_start");
        await runs.UntilRoleAsync();
        var seen = await runs.UntilAsync(static s => s.Ext!.Process is { Alive: true, LiveChildren: > 0 });
        Assert.True(new LinuxSignals().Send(new ProcfsTable().Read()!.Single(p => p.Pid == seen.Ext!.Process!.Pid), ProcessSignal.Kill));
        await runs.UntilAsync(static s => s.Ext!.Process is { Alive: false });

        // A run that names another runtime run id has nothing here.
        Assert.True((await runs.ControlAsync("cancel", "run-1", 1)).Ok);
        Assert.NotEmpty(runs.Living());
        Assert.True((await runs.ControlAsync("force_cancel")).Ok);
        Assert.Empty(runs.Living());
        Assert.False(File.Exists(runs.Repository.File("active-run.json")));
    }

    [Fact]
    public async Task An_attached_run_is_controlled_by_the_runtime_run_id_it_names_and_by_no_other()
    {
        using var runs = await SimulatedRuns.PrepareAsync(Long);
        using var foreign = RealProcess.Start("setsid", null, SimulatedRuns.Superloop, "run", "--repo", runs.Repository.Path, "--loop", "demo-loop");
        await runs.UntilEventAsync("role_start");
        var seen = await runs.UntilAsync(static s => s.Ext!.Process is { Alive: true });
        var named = seen.Ext!.Attempt!.RuntimeRunId;
        Assert.Equal("no_process", (await runs.ControlAsync("pause", "run-1", 1)).Error!.Code);
        Assert.Equal("no_process", (await runs.ControlAsync(SimulatedRuns.Request("pause", "run-1", 2) with { RuntimeRunId = "2020-01-01T00:00:00Z" })).Error!.Code);
        Assert.True((await runs.ControlAsync(SimulatedRuns.Request("pause", "run-1", 3) with { RuntimeRunId = named })).Ok);

        // It is known which run lives, and that it is not this one.
        var other = await runs.ControlAsync(SimulatedRuns.Request("cancel", "run-2", 1) with { RuntimeRunId = "2020-01-01T00:00:00Z" });
        Assert.Equal((true, 0), (other.Ok, other.Result!.Proof!.LiveMembers));

        // Without the log nobody knows which run it is that lives: the run is never started again, but that nothing of it lives is not said.
        var log = await File.ReadAllBytesAsync(runs.Repository.LogPath);
        await File.WriteAllBytesAsync(runs.Repository.LogPath, []);
        var unproven = await runs.ControlAsync(SimulatedRuns.Request("cancel", "run-1", 4) with { RuntimeRunId = named });
        Assert.Equal((false, 2, null), (unproven.Ok, unproven.ExitCode, unproven.Result!.Proof!.LiveMembers));
        Assert.Equal((true, "run-1"), (unproven.Result.Proof.Tombstone, (await runs.SnapshotAsync()).Ext!.Control!.Tombstone!.RunId));
        Assert.NotEmpty(runs.Living());

        await File.WriteAllBytesAsync(runs.Repository.LogPath, log);
        Assert.True((await runs.ControlAsync(SimulatedRuns.Request("cancel", "run-1", 5) with { RuntimeRunId = named })).Ok);
        Assert.Empty(runs.Living());
    }

    [Fact]
    public async Task A_run_that_somebody_started_through_a_link_to_the_repository_is_the_loops_process()
    {
        using var runs = await SimulatedRuns.PrepareAsync(Long);
        var link = runs.Repository.File("again");
        Directory.CreateSymbolicLink(link, runs.Repository.Path);
        using var foreign = RealProcess.Start("setsid", null, SimulatedRuns.Superloop, "run", "--repo", link, "--loop", "demo-loop");
        await runs.UntilEventAsync("role_start");
        var seen = await runs.SnapshotAsync();
        Assert.Equal(("running", true), (seen.Run.Status, seen.Ext!.Process!.Alive));
        Assert.Equal("already_running", (await Assert.ThrowsAsync<AdapterException>(() => runs.StartAsync("run-1"))).Error.Code);
        Assert.True(File.Exists(runs.Repository.File("active-run.json")));
        Assert.True((await runs.ControlAsync("cancel")).Ok);
        Assert.Empty(runs.Living());
    }

    [Fact]
    public async Task A_run_of_all_loops_is_only_observed()
    {
        using var runs = await SimulatedRuns.PrepareAsync(Long);
        using var foreign = RealProcess.Start("setsid", null, SimulatedRuns.Superloop, "run", "--repo", runs.Repository.Path);
        await runs.UntilEventAsync("role_start");
        Assert.Equal("observe_only", (await runs.ControlAsync("pause")).Error!.Code);
        Assert.Equal("observe_only", (await runs.ControlAsync("cancel")).Error!.Code);
        Assert.NotEmpty(runs.Living());
    }

    [ScenarioFact]
    public async Task Cancel_and_start_at_once_never_leave_a_process()
    {
        for (var round = 0; round < 4; round++)
        {
            using var runs = await SimulatedRuns.PrepareAsync(Long);
            using var other = runs.Open();
            var start = Task.Run(async () =>
            {
                try
                {
                    await runs.StartAsync("run-1");
                    return "started";
                }
                catch (AdapterException e)
                {
                    return e.Error.Code;
                }
            });
            await Task.Delay(round * 40);
            var cancel = await other.ControlAsync(SimulatedRuns.Request("cancel", "run-1", 2), default);
            Assert.True(cancel.Ok, cancel.Result?.CommandOutput);
            Assert.Contains(await start, new[] { "started", "tombstoned", "stale_order" });
            Assert.Empty(runs.Living());
            var refused = await Assert.ThrowsAsync<AdapterException>(() => runs.StartAsync("run-1", attempt: 2, order: 5));
            Assert.Equal("tombstoned", refused.Error.Code);
        }
    }

    [Fact]
    public async Task Two_cancels_at_once_both_see_the_end()
    {
        using var runs = await SimulatedRuns.PrepareAsync(Long);
        using var other = runs.Open();
        await runs.StartAsync("run-1");
        await runs.UntilEventAsync("role_start");
        var answers = await Task.WhenAll(
            Task.Run(() => runs.ControlAsync(SimulatedRuns.Request("cancel"))),
            Task.Run(() => other.ControlAsync(SimulatedRuns.Request("cancel"), default)));
        Assert.All(answers, static a => Assert.True(a.Ok && a.Result!.Proof!.LiveMembers == 0));
        Assert.Empty(runs.Living());
        Assert.Equal("run-1", (await runs.SnapshotAsync()).Ext!.Control!.Tombstone!.RunId);
    }

    [Fact]
    public async Task Order_and_tombstone_outlive_the_adapter()
    {
        using var runs = await SimulatedRuns.PrepareAsync(Long);
        await runs.StartAsync("run-1", order: 5, generation: 1);
        await runs.UntilEventAsync("role_start");
        Assert.Equal("stale_order", (await runs.ControlAsync("pause", "run-1", 5)).Error!.Code);
        runs.Restart();
        Assert.Equal("stale_order", (await runs.ControlAsync("pause", "run-1", 4)).Error!.Code);
        Assert.True((await runs.ControlAsync(SimulatedRuns.Request("pause", "run-1", 6, intentId: "i-6"))).Ok);

        // The very same call again is no older one.
        Assert.True((await runs.ControlAsync(SimulatedRuns.Request("pause", "run-1", 6, intentId: "i-6"))).Ok);
        Assert.Equal("stale_order", (await runs.ControlAsync(SimulatedRuns.Request("resume", "run-1", 6, intentId: "i-7"))).Error!.Code);
        Assert.True((await runs.ControlAsync("cancel", "run-1", 7)).Ok);
        runs.Restart();
        Assert.Equal("stale_order", (await runs.ControlAsync("cancel", "run-1", 7)).Error!.Code);
        Assert.Equal("tombstoned", (await runs.ControlAsync("resume", "run-1", 8)).Error!.Code);
        Assert.True((await runs.ControlAsync("force_cancel", "run-1", 9)).Ok);
        Assert.Equal("tombstoned", (await Assert.ThrowsAsync<AdapterException>(() => runs.StartAsync("run-1", 2, 20))).Error.Code);
    }

    [Fact]
    public async Task A_call_of_a_run_never_touches_the_run_that_followed_it()
    {
        using var runs = await SimulatedRuns.PrepareAsync(Long);
        await runs.StartAsync("run-1");
        await runs.UntilEventAsync("role_start");
        Assert.True((await runs.ControlAsync("cancel", "run-1", 2)).Ok);
        await runs.StartAsync("run-2");

        // Not the second role: on a busy machine run-1 came that far by itself.
        await runs.UntilEventAsync("loop_start", 2);
        await runs.UntilRoleAsync();
        Assert.True((await runs.ControlAsync("force_cancel", "run-1", 3)).Ok);
        Assert.NotEmpty(runs.Living());
        Assert.True((await runs.SnapshotAsync()).Ext!.Process!.Alive);
        Assert.Equal("run-2", (await runs.SnapshotAsync()).Ext!.Attempt!.RunId);
        Assert.True(File.Exists(runs.Repository.File("active-run.json")));
    }

    [Fact]
    public async Task A_call_of_an_attempt_never_touches_another_attempt_of_the_run()
    {
        using var runs = await SimulatedRuns.PrepareAsync("""[{"id":"demo-loop","maxIterations":3,"approval":true,"roleMs":5000,"steps":[{"run":2,"role":"implementer","hangs":true}]}]""");
        await runs.StartAsync("run-1");
        await runs.UntilEventAsync("approval_requested");
        await runs.UntilAsync(static s => s.Ext!.Exit is not null);
        Assert.True((await runs.ControlAsync("reject", "run-1", 2)).Ok);
        await runs.StartAsync("run-1", attempt: 2, order: 3);
        await runs.UntilEventAsync("approval_rejected");
        await runs.UntilRoleAsync();

        Assert.Equal("superseded", (await runs.ControlAsync(SimulatedRuns.Request("pause", "run-1", 4) with { Attempt = 1 })).Error!.Code);
        Assert.Equal("no_process", (await runs.ControlAsync(SimulatedRuns.Request("pause", "run-1", 5) with { Attempt = 3 })).Error!.Code);
        Assert.False((await runs.SnapshotAsync()).Ext!.Process!.Stopped);
        Assert.True((await runs.ControlAsync(SimulatedRuns.Request("pause", "run-1", 6) with { Attempt = 2 })).Ok);
        Assert.True((await runs.SnapshotAsync()).Ext!.Process!.Stopped);
        Assert.True((await runs.ControlAsync(SimulatedRuns.Request("cancel", "run-1", 7) with { Attempt = 2 })).Ok);
        Assert.Empty(runs.Living());
    }

    [Fact]
    public async Task A_key_gives_one_effect_and_only_final_results_are_kept()
    {
        using var runs = await SimulatedRuns.PrepareAsync(Long);
        Assert.Equal("no_process", (await runs.ControlAsync(SimulatedRuns.Request("pause", key: "k"))).Error!.Code);
        await runs.StartAsync("run-1");
        await runs.UntilEventAsync("role_start");

        // The refusal was not kept; this one is.
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => runs.ControlAsync(SimulatedRuns.Request("pause", key: "k")))));
        Assert.All(answers, static a => Assert.True(a.Ok));
        Assert.Single(answers, static a => !a.Replayed);
        Assert.True((await runs.ControlAsync("resume")).Ok);
        runs.Restart();
        Assert.True((await runs.ControlAsync(SimulatedRuns.Request("pause", key: "k"))).Replayed);
        Assert.False((await runs.SnapshotAsync()).Ext!.Process!.Stopped);

        // Bound to the intent: the same key of another verb is another call.
        var cancel = await runs.ControlAsync(SimulatedRuns.Request("cancel", key: "k"));
        Assert.True(cancel is { Ok: true, Replayed: false });
        Assert.Equal("key_reused", (await runs.ControlAsync(SimulatedRuns.Request("cancel", "run-9", 1, key: "k"))).Error!.Code);
    }

    [Fact]
    public async Task A_decision_is_what_superloop_approve_writes_and_names_its_candidate()
    {
        using var runs = await SimulatedRuns.PrepareAsync(Approval);
        await runs.StartAsync("run-1");
        await runs.UntilEventAsync("approval_requested");
        await runs.UntilAsync(static s => s.Ext!.Exit is not null);
        var pending = runs.Repository.Read(("loops/demo-loop/approval.json"));
        using var approval = JsonDocument.Parse(pending);
        var named = new ControlCandidate
        {
            RuntimeRunId = approval.RootElement.GetProperty("run_id").GetString()!,
            Iteration = 1,
            RequestedAt = approval.RootElement.GetProperty("requested_at").GetString(),
        };
        Assert.Equal("candidate_mismatch", (await runs.ControlAsync(SimulatedRuns.Request("approve") with { Candidate = named with { Iteration = 2 } })).Error!.Code);
        Assert.Equal("candidate_mismatch", (await runs.ControlAsync(SimulatedRuns.Request("approve") with { Candidate = named with { RequestedAt = "2020-01-01T00:00:00Z" } })).Error!.Code);
        Assert.Equal(pending, runs.Repository.Read(("loops/demo-loop/approval.json")));

        // Beside it, the simulator decides the same candidate in a copy: the same files must come out, but for the time.
        using var copy = new TempRepository();
        using (var cp = RealProcess.Start("cp", null, "-a", Path.Combine(runs.Repository.Path, "."), copy.Path))
        {
            await cp.Process.WaitForExitAsync();
        }

        using (var approve = RealProcess.Start(SimulatedRuns.Superloop, null, "approve", "--repo", copy.Path, "--loop", "demo-loop", "--by", "alice", "--note", "i-1: fine"))
        {
            await approve.Process.WaitForExitAsync();
            Assert.Equal(0, approve.Process.ExitCode);
        }

        var request = SimulatedRuns.Request("approve", "run-1", 2, intentId: "i-1") with { Candidate = named, Note = "fine" };
        var answer = await runs.ControlAsync(request);
        Assert.True(answer.Ok, answer.Result?.CommandOutput);
        var at = answer.Result!.Decision!.At!;
        var theirAt = JsonDocument.Parse(copy.Read("loops/demo-loop/approval.json")).RootElement.GetProperty("decided_at").GetString()!;
        foreach (var file in new[] { "approval.json", "decisions.jsonl", "decisions.md", "events.jsonl" })
        {
            // Of the log what the decision added: the time of the line itself is another one.
            var theirs = copy.Read("loops/demo-loop/" + file);
            var from = file == "events.jsonl" ? theirs.LastIndexOf("approval_decision", StringComparison.Ordinal) : 0;
            Assert.Equal(OfOurTime(theirs[from..]), runs.Repository.Read("loops/demo-loop/" + file)[from..]);
        }

        // The time of the request stays, also when both lie in one second.
        string OfOurTime(string text) => Regex.Replace(text, $"(\"(?:decided_at|at|timestamp)\": ?\"|^## ){Regex.Escape(theirAt)}", "${1}" + at, RegexOptions.Multiline, TimeSpan.FromSeconds(5));

        var decision = (await runs.SnapshotAsync()).Ext!.Control!.Decision!;
        Assert.Equal(("approved", "alice", "i-1"), (decision.Status, decision.By, decision.IntentId));

        // Its answer lost, the same call changes nothing and completes what a crash left out.
        File.Delete(runs.Repository.File("loops/demo-loop/decisions.jsonl"));
        Assert.True((await runs.ControlAsync(request with { Order = 3 })).Ok);
        Assert.Single(runs.Repository.Lines(("loops/demo-loop/decisions.jsonl")));
        Assert.Equal(1, runs.Events().Count(static e => e == "approval_decision"));
        var late = await runs.ControlAsync(SimulatedRuns.Request("reject", "run-1", 4, intentId: "i-2"));
        Assert.Equal(("already_decided", "alice"), (late.Error!.Code, late.Result!.Decision!.By));

        // The runtime takes the decision as its own.
        await runs.StartAsync("run-1", attempt: 2, order: 5);
        await runs.UntilEventAsync("approval_consumed");
        await runs.UntilEventAsync("loop_complete");
    }

    [Fact]
    public async Task Of_two_decisions_at_once_one_is_recorded_and_the_other_learns_whose_it_was()
    {
        using var runs = await SimulatedRuns.PrepareAsync(Approval);
        await runs.StartAsync("run-1");
        await runs.UntilEventAsync("approval_requested");
        using var other = runs.Open();
        var answers = await Task.WhenAll(
            Task.Run(() => runs.ControlAsync(SimulatedRuns.Request("approve", intentId: "i-1"))),
            Task.Run(() => other.ControlAsync(SimulatedRuns.Request("reject", intentId: "i-2") with { By = "bob" }, default)));
        var winner = Assert.Single(answers, static a => a.Ok);
        var loser = Assert.Single(answers, static a => !a.Ok);
        Assert.Equal("already_decided", loser.Error!.Code);
        Assert.Equal(winner.Result!.RequestedBy, loser.Result!.Decision!.By);
        Assert.Equal(1, runs.Events().Count(static e => e == "approval_decision"));
        Assert.Single(runs.Repository.Lines(("loops/demo-loop/decisions.jsonl")));
    }
}
