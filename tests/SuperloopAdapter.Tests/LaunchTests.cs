using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using OpsManager.Contract;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Tests;

/// <summary>Launches a stand-in for the runtime: real processes, real signals.</summary>
public sealed class LaunchTests : IDisposable
{
    /// <summary>
    /// Logs its start as the runtime does and then waits for a word on a pipe: an exit code, or "orphan", which leaves a
    /// child behind.
    /// </summary>
    private const string Runtime =
        """
        #!/usr/bin/env bash
        repo=$3 loop=$5
        echo "runtime output token=hunter2hunter2 args:$*"
        echo "secret in environment: ${SUPERLOOP_OPS_TOKEN:-none} marker: $SUPERLOOP_OPS_RUN cwd: $(pwd)"
        mkdir -p "$repo/.superloop/loops/$loop"
        printf '{"pid":%d,"pgid":%d,"loop_id":"%s","updated_at":"2026-01-01T00:00:01Z"}\n' $$ $$ "$loop" >"$repo/.superloop/active-run.json"
        printf '{"timestamp":"2026-01-01T00:00:02Z","event":"loop_start","loop_id":"%s","run_id":"new-%d","iteration":1}\n' "$loop" $$ >>"$repo/.superloop/loops/$loop/events.jsonl"
        echo started >"$repo/started"
        read -r word <"$repo/go"
        rm -f "$repo/.superloop/active-run.json"
        if [ "$word" = orphan ]; then
          setsid bash -c 'read -r word <"$1"' orphan "$repo/go" &
          exit 1
        fi
        exit "$word"
        """;

    private readonly TempRepository repository = new();
    private readonly string script;
    private readonly CancellationTokenSource bound = new(TimeSpan.FromSeconds(60));

    public LaunchTests()
    {
        script = Path.Combine(repository.Path, "superloop.sh");
        File.WriteAllText(script, Runtime);
        repository.Write("config.json", "{\"loops\":[{\"id\":\"demo-loop\"},{\"id\":\"other\"}]}");
        foreach (var pipe in new[] { "started", "go" })
        {
            using var made = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(repository.Path, pipe)]);
            made.WaitForExit();
        }
    }

    public void Dispose()
    {
        // Whatever a failed test left behind is found by its repository and ended.
        foreach (var process in new ProcfsTable().Read()!.Where(p => p.Pid != Environment.ProcessId && new ProcfsTable().ArgumentsOf(p.Pid).Any(a => a.Contains(repository.Path, StringComparison.Ordinal))))
        {
            using var kill = System.Diagnostics.Process.Start("kill", ["-KILL", process.Pid.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
        }

        bound.Dispose();
        repository.Dispose();
    }

    [Theory]
    [InlineData(0, "unknown")]
    [InlineData(1, "failed")]
    [InlineData(143, "stopped")]
    public async Task A_launch_runs_in_its_own_group_and_its_exit_is_recorded(int code, string status)
    {
        repository.AppendLog("{\"timestamp\":\"2026-01-01T00:00:00Z\",\"event\":\"loop_start\",\"run_id\":\"old\"}\n{\"timestamp\":\"2026-01-01T00:00:00Z\",\"event\":\"loop_complete\",\"run_id\":\"old\"}\n");
        using var adapter = Open();
        var started = await StartAsync(adapter, "run-1");
        Assert.Equal(2, started.BaseLine);
        Assert.NotNull(started.Epoch);
        await StartedAsync();

        var running = await SnapshotAsync(adapter);
        var process = running.GetProperty("ext").GetProperty("process");
        Assert.Equal("running", running.GetProperty("run").GetProperty("status").GetString());
        Assert.Equal(started.Pid, process.GetProperty("pid").GetInt64());
        Assert.Equal(started.Pid, process.GetProperty("pgid").GetInt64());
        Assert.True(process.GetProperty("alive").GetBoolean());
        Assert.Equal(0, process.GetProperty("liveChildren").GetInt32());
        var attempt = running.GetProperty("ext").GetProperty("attempt");
        Assert.Equal((1, 2, $"new-{started.Pid}"), (attempt.GetProperty("number").GetInt32(), attempt.GetProperty("baseLine").GetInt32(), attempt.GetProperty("runtimeRunId").GetString()));
        Assert.Equal(["start", "pause", "resume", "cancel", "force_cancel", "approve", "reject", "diagnostics"], running.GetProperty("ext").GetProperty("capabilities").EnumerateArray().Select(static c => c.GetString()));
        Assert.False(running.GetProperty("ext").TryGetProperty("exit", out _));

        await SayAsync(code.ToString(CultureInfo.InvariantCulture));
        var ended = await ExitedAsync(adapter);
        Assert.Equal(status, ended.GetProperty("run").GetProperty("status").GetString());
        var exit = ended.GetProperty("ext").GetProperty("exit");
        Assert.Equal(code, exit.GetProperty("code").GetInt32());
        Assert.Equal(3, exit.GetProperty("logLine").GetInt64());
        var output = exit.GetProperty("outputTail").GetString()!;
        Assert.Contains($"args:run --repo {repository.Path} --loop demo-loop", output, StringComparison.Ordinal);
        Assert.Contains("marker: run-1:1:", output, StringComparison.Ordinal);
        Assert.Contains($"cwd: {repository.Path}", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output, StringComparison.Ordinal);
        Assert.False(ended.GetProperty("ext").GetProperty("process").GetProperty("alive").GetBoolean());
        Assert.Equal(started.Pid, ended.GetProperty("ext").GetProperty("process").GetProperty("pid").GetInt64());
    }

    [Fact]
    public async Task A_leader_killed_by_a_signal_is_recorded_as_such()
    {
        using var adapter = Open();
        var started = await StartAsync(adapter, "run-1");
        await StartedAsync();
        using var kill = RealProcess.Start("kill", null, "-KILL", started.Pid!.Value.ToString(CultureInfo.InvariantCulture));
        var ended = await ExitedAsync(adapter);
        Assert.Equal(137, ended.GetProperty("ext").GetProperty("exit").GetProperty("code").GetInt32());
        Assert.Equal("failed", ended.GetProperty("run").GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("mkfifo")]
    [InlineData("ln", "-s", "/dev/zero")]
    public async Task An_end_is_recorded_whatever_an_agent_put_in_the_place_of_the_log(string program, params string[] arguments)
    {
        using var adapter = Open();
        await StartAsync(adapter, "run-1");
        await StartedAsync();
        File.Delete(repository.LogPath);
        using var put = RealProcess.Start(program, null, [.. arguments, repository.LogPath]);
        await put.Process.WaitForExitAsync(bound.Token);
        await SayAsync("3");
        while (!File.Exists(Path.Combine(LaunchPath("run-1"), "exit.json")))
        {
            bound.Token.ThrowIfCancellationRequested();
        }

        // How many lines there were cannot be told, and nothing is said of them.
        File.Delete(repository.LogPath);
        var exit = (await ExitedAsync(adapter)).GetProperty("ext").GetProperty("exit");
        Assert.Equal(3, exit.GetProperty("code").GetInt32());
        Assert.False(exit.TryGetProperty("logLine", out _));

        // What began after that is somebody else's by its time.
        repository.AppendLog("{\"timestamp\":\"2099-01-01T00:00:00Z\",\"event\":\"loop_start\",\"run_id\":\"foreign\",\"iteration\":1}\n");
        Assert.False((await SnapshotAsync(adapter)).GetProperty("ext").TryGetProperty("exit", out _));
    }

    [Fact]
    public async Task An_end_that_is_not_on_record_yet_is_no_crash_and_nothing_is_launched_over_it()
    {
        using var adapter = Open();
        var table = new ProcfsTable();
        var signals = new LinuxSignals();
        var started = await StartAsync(adapter, "run-1");
        await StartedAsync();
        repository.Write("state.json", """{"active":true,"current_loop_id":"demo-loop"}""");

        // The supervisor has no time to say how it ended, as on a machine that is busy beyond measure.
        var supervisor = table.Read()!.Single(p => p.Pid == ProcfsTable.ReadEntry((int)started.Pid!.Value)!.ParentPid);
        Assert.True(signals.Send(supervisor, ProcessSignal.Stop));
        await SayAsync("143");
        while (ProcfsTable.ReadEntry((int)started.Pid!.Value) is { Lives: true })
        {
            bound.Token.ThrowIfCancellationRequested();
        }

        var meanwhile = await SnapshotAsync(adapter);
        Assert.Equal("running", meanwhile.GetProperty("run").GetProperty("status").GetString());
        Assert.False(meanwhile.GetProperty("ext").TryGetProperty("exit", out _));
        Assert.Equal("not_quiescent", await RefusalAsync(adapter, "run-2"));

        Assert.True(signals.Send(supervisor, ProcessSignal.Continue));
        var ended = await ExitedAsync(adapter);
        Assert.Equal(143, ended.GetProperty("ext").GetProperty("exit").GetProperty("code").GetInt32());
        Assert.Equal("stopped", ended.GetProperty("run").GetProperty("status").GetString());
    }

    [Fact]
    public async Task Many_starts_at_once_give_one_process_and_the_same_answer_for_the_same_attempt()
    {
        using var one = Open();
        using var two = Open();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(() => StartAsync(n % 2 == 0 ? one : two, "run-1", order: n + 1))));
        await StartedAsync();
        Assert.Single(answers.Select(static a => a.Pid).Distinct());
        Assert.Single(new ProcessSighting(new ProcfsTable(), repository.Path).Leaders);

        Assert.Equal("already_running", await RefusalAsync(one, "run-2"));
        Assert.Equal("already_running", await RefusalAsync(one, "run-1", attempt: 2, order: 100));
        Assert.Equal("foreign_process", await RefusalAsync(one, "run-3", loop: "other"));
        await SayAsync("0");
        await ExitedAsync(one);

        // Asked again after the end, and by an adapter that was restarted: the first launch, and no second one.
        using var restarted = Open();
        Assert.Equal(answers[0], await StartAsync(restarted, "run-1"));
        Assert.Empty(new ProcessSighting(new ProcfsTable(), repository.Path).Leaders);
    }

    [Fact]
    public async Task Older_calls_and_replaced_runs_are_fenced_off_also_after_a_restart()
    {
        using (var adapter = Open())
        {
            await StartAsync(adapter, "run-1", generation: 2, order: 10);
            await StartedAsync();
            await SayAsync("0");
            await ExitedAsync(adapter);
        }

        using var restarted = Open();
        Assert.Equal("stale_order", await RefusalAsync(restarted, "run-1", attempt: 2, generation: 2, order: 10));
        Assert.Equal("stale_order", await RefusalAsync(restarted, "run-1", attempt: 2, generation: 1, order: 11));
        await StartAsync(restarted, "run-2", order: 1);
        await StartedAsync();
        await SayAsync("0");
        await ExitedAsync(restarted);
        Assert.Equal("superseded", await RefusalAsync(restarted, "run-1", attempt: 2, generation: 2, order: 12));
    }

    [Fact]
    public async Task What_a_run_left_alive_is_counted_and_stands_in_the_way_of_the_next_start()
    {
        using var adapter = Open();
        await StartAsync(adapter, "run-1");
        await StartedAsync();
        await SayAsync("orphan");
        var ended = await ExitedAsync(adapter);

        // While a process becomes another program it shows no environment, and so no mark; on a busy machine that takes a while.
        while (ended.GetProperty("ext").GetProperty("process").GetProperty("liveChildren").GetInt32() != 1)
        {
            bound.Token.ThrowIfCancellationRequested();
            ended = await SnapshotAsync(adapter);
        }

        Assert.Equal("not_quiescent", await RefusalAsync(adapter, "run-2"));

        // It works in the same repository, whichever loop is started.
        Assert.Equal("not_quiescent", await RefusalAsync(adapter, "run-3", loop: "other"));
    }

    [Theory]
    [InlineData("state.json", """{"active":true,"current_loop_id":"demo-loop"}""", null)]
    [InlineData("state.json", """{"active":true,"current_loop_id":"other"}""", null)]
    [InlineData("state.json", """{"active":true,"current_loop_id":"demo-loop"}""", 0)]
    [InlineData("loops/demo-loop/heartbeat.v1.json", "{", null)]
    [InlineData("loops/demo-loop/run-summary.json", "[]", null)]
    public async Task What_the_runtime_does_not_mind_or_can_be_proven_to_be_over_stands_in_no_ones_way(string file, string content, int? groupOffset)
    {
        repository.Write(file, content);
        if (groupOffset is { } offset)
        {
            var dead = await EndedAsync();
            repository.Write("active-run.json", $$"""{"pid":{{dead}},"pgid":{{dead + offset}},"loop_id":"demo-loop","updated_at":"{{Timestamps.Now(TimeProvider.System)}}"}""");
        }

        using var adapter = Open();
        await StartAsync(adapter, "run-1");
        await StartedAsync();
        Assert.False(File.Exists(repository.File("state.json")));
        Assert.Equal("running", (await SnapshotAsync(adapter)).GetProperty("run").GetProperty("status").GetString());
        await SayAsync("0");
        await ExitedAsync(adapter);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("run-1")]
    public async Task A_cancel_is_the_way_out_where_a_start_cannot_prove_that_nothing_is_left(string? runId)
    {
        // The leader was killed, and it was in the group of whoever launched it.
        var dead = await EndedAsync();
        repository.Write("state.json", """{"active":true,"current_loop_id":"demo-loop"}""");
        repository.Write("active-run.json", $$"""{"pid":{{dead}},"pgid":{{dead - 1}},"loop_id":"demo-loop","updated_at":"{{Timestamps.Now(TimeProvider.System)}}"}""");
        using var adapter = Open();
        Assert.Equal("stale_active", await RefusalAsync(adapter, "run-2"));
        Assert.True(File.Exists(repository.File("state.json")));

        var cancel = new ControlRequest { LoopId = TempRepository.LoopId, Intent = "cancel", RunId = runId, Generation = runId is null ? null : 1, Order = runId is null ? null : 1 };
        Assert.True((await adapter.ControlAsync(cancel, bound.Token)).Ok);
        Assert.False(File.Exists(repository.File("state.json")));
        Assert.False(File.Exists(repository.File("active-run.json")));
        await StartAsync(adapter, "run-2", order: 2);
        await StartedAsync();
        await SayAsync("0");
        await ExitedAsync(adapter);
    }

    [Fact]
    public async Task What_a_launch_before_a_restart_of_the_machine_left_is_cleared_by_the_cancel_of_its_run()
    {
        using var adapter = Open();
        await StartAsync(adapter, "run-1");
        await StartedAsync();
        await SayAsync("0");
        await ExitedAsync(adapter);
        Rerecord("run-1", static json => json.Replace((new ProcfsTable().BootId)!, "boot-before", StringComparison.Ordinal));
        File.Delete(Path.Combine(LaunchPath("run-1"), "exit.json"));
        repository.Write("state.json", """{"active":true,"current_loop_id":"demo-loop"}""");

        var process = (await SnapshotAsync(adapter)).GetProperty("ext").GetProperty("process");
        Assert.Equal(new ProcfsTable().BootId, process.GetProperty("bootId").GetString());
        Assert.Equal((false, 0, true), (process.GetProperty("alive").GetBoolean(), process.GetProperty("liveChildren").GetInt32(), process.GetProperty("quiescent").GetBoolean()));
        var cancel = new ControlRequest { LoopId = TempRepository.LoopId, Intent = "cancel", RunId = "run-1", Generation = 1, Order = 2 };
        Assert.True((await adapter.ControlAsync(cancel, bound.Token)).Ok);
        Assert.False(File.Exists(repository.File("state.json")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_id_that_belongs_to_somebody_else_by_now_makes_nobody_a_member(bool otherBoot)
    {
        using var adapter = Open();
        await StartAsync(adapter, "run-1");
        await StartedAsync();
        await SayAsync("0");
        await ExitedAsync(adapter);

        // A process of the leader's id, with a group of its own and a child in it.
        using var other = RealProcess.Start("setsid", null, "bash", "-c", "echo ready; sleep 60 & read -r", repository.Path);
        await other.Process.StandardOutput.ReadLineAsync(bound.Token);
        var entry = new ProcfsTable().Read()!.Single(p => p.Lives && p.Pid == p.Group && new ProcfsTable().ArgumentsOf(p.Pid) is ["bash", "-c", _, var path] && path == repository.Path);
        var ticks = entry.StartTicks - (otherBoot ? 0 : 1);
        await File.WriteAllTextAsync(
            Path.Combine(LaunchPath("run-1"), "leader.stat"),
            string.Create(CultureInfo.InvariantCulture, $"{entry.Pid} (bash) S 1 {entry.Pid} {entry.Pid} 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 {ticks} 0 0\n"),
            bound.Token);
        if (otherBoot)
        {
            Rerecord("run-1", static json => json.Replace((new ProcfsTable().BootId)!, "boot-before", StringComparison.Ordinal));
            File.Delete(Path.Combine(LaunchPath("run-1"), "exit.json"));
        }

        var process = (await SnapshotAsync(adapter)).GetProperty("ext").GetProperty("process");
        Assert.Equal((false, 0), (process.GetProperty("alive").GetBoolean(), process.GetProperty("liveChildren").GetInt32()));
        var cancel = new ControlRequest { LoopId = TempRepository.LoopId, Intent = "force_cancel", RunId = "run-1", Generation = 1, Order = 2 };
        Assert.True((await adapter.ControlAsync(cancel, bound.Token)).Ok);
        Assert.True(ProcfsTable.ReadEntry(entry.Pid) is { Lives: true });
        await StartAsync(adapter, "run-2");
        await StartedAsync();
        await SayAsync("0");
        await ExitedAsync(adapter);
    }

    [Fact]
    public async Task A_leader_on_record_is_the_leader_whatever_it_executes_by_now()
    {
        File.Move(script, Path.Combine(repository.Path, "implementation"));
        await File.WriteAllTextAsync(script, "exec bash \"$3/implementation\" \"$@\"\n", bound.Token);
        using var adapter = Open();
        var started = await StartAsync(adapter, "run-1");
        await StartedAsync();
        Assert.Empty(new ProcessSighting(new ProcfsTable(), repository.Path).Leaders);
        Assert.Equal("foreign_process", await RefusalAsync(adapter, "run-2", loop: "other"));
        Assert.NotEmpty(adapter.Leaders()!);

        var pause = new ControlRequest { LoopId = TempRepository.LoopId, Intent = "pause" };
        Assert.True((await adapter.ControlAsync(pause, bound.Token)).Ok);
        var process = (await SnapshotAsync(adapter)).GetProperty("ext").GetProperty("process");
        Assert.Equal(
            (started.Pid!.Value, true, true),
            (process.GetProperty("pid").GetInt64(), process.GetProperty("alive").GetBoolean(), process.GetProperty("stopped").GetBoolean()));
        Assert.True((await adapter.ControlAsync(pause with { Intent = "cancel" }, bound.Token)).Ok);
        Assert.False(ProcfsTable.ReadEntry((int)started.Pid.Value) is { Lives: true });
        Assert.Empty(adapter.Leaders()!);
    }

    [Fact]
    public async Task A_log_that_is_another_by_now_takes_nothing_but_its_line_numbers_from_the_launch()
    {
        repository.AppendLog("{\"timestamp\":\"2026-01-01T00:00:00Z\",\"event\":\"loop_start\",\"run_id\":\"old\"}\n");
        using var adapter = Open();
        var started = await StartAsync(adapter, "run-1");
        await StartedAsync();
        Assert.Equal(1, (await SnapshotAsync(adapter)).GetProperty("ext").GetProperty("attempt").GetProperty("baseLine").GetInt64());

        // As sed -i does it: changed, and another file.
        var before = await File.ReadAllTextAsync(repository.LogPath, bound.Token);
        await ReplaceLogAsync(before.Replace("\"old\"", "\"older\"", StringComparison.Ordinal));
        var running = (await SnapshotAsync(adapter)).GetProperty("ext");
        Assert.Equal(1, running.GetProperty("attempt").GetProperty("number").GetInt32());
        Assert.False(running.GetProperty("attempt").TryGetProperty("baseLine", out _));
        Assert.Equal((started.Pid!.Value, 0), (running.GetProperty("process").GetProperty("pid").GetInt64(), running.GetProperty("process").GetProperty("liveChildren").GetInt32()));

        await SayAsync("143");
        var ended = await ExitedAsync(adapter);
        Assert.Equal((143, "stopped"), (ended.GetProperty("ext").GetProperty("exit").GetProperty("code").GetInt32(), ended.GetProperty("run").GetProperty("status").GetString()));

        // A run that began after that exit is somebody else's, on whatever line it is.
        await ReplaceLogAsync("{\"timestamp\":\"2099-01-01T00:00:00Z\",\"event\":\"loop_start\",\"run_id\":\"foreign\",\"iteration\":1}\n");
        Assert.False((await SnapshotAsync(adapter)).GetProperty("ext").TryGetProperty("exit", out _));
    }

    [Fact]
    public async Task A_runtime_that_cannot_be_read_is_refused_before_anything_is_written()
    {
        File.Delete(script);
        using var adapter = Open();
        Assert.Equal("runtime_unreadable", await RefusalAsync(adapter, "run-1"));
        Directory.CreateDirectory(script);
        Assert.Equal("runtime_unreadable", await RefusalAsync(adapter, "run-1"));
        Assert.Empty(Directory.EnumerateFiles(repository.File("ops"), "*.json", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_launch_that_comes_to_no_process_leaves_no_record_of_one()
    {
        using var adapter = Open();
        await StartAsync(adapter, "run-1");
        await StartedAsync();
        await SayAsync("0");
        await ExitedAsync(adapter);

        var noPrograms = new Dictionary<string, string> { ["PATH"] = repository.Path };
        using var start = RealProcess.Adapter(
            noPrograms, "start", "--repo", repository.Path, "--loop", "demo-loop", "--superloop", script, "--run-id", "run-1", "--attempt", "2", "--order", "2");
        using var refused = JsonDocument.Parse(await start.Process.StandardError.ReadToEndAsync(bound.Token));
        await start.Process.WaitForExitAsync(bound.Token);
        Assert.Equal((7, "spawn_failed"), (start.Process.ExitCode, refused.RootElement.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(1, (await SnapshotAsync(adapter)).GetProperty("ext").GetProperty("attempt").GetProperty("number").GetInt32());

        // The order is spent, the attempt is not.
        Assert.Equal("stale_order", await RefusalAsync(adapter, "run-1", attempt: 2, order: 2));
        await StartAsync(adapter, "run-1", attempt: 2, order: 3);
        await StartedAsync();
        await SayAsync("0");
        await ExitedAsync(adapter);
    }

    [Fact]
    public async Task A_start_that_broke_off_before_its_launch_was_on_record_is_done_by_the_next_call()
    {
        using var adapter = Open();
        await StartAsync(adapter, "run-1");
        await StartedAsync();
        await SayAsync("0");
        await ExitedAsync(adapter);
        Own.Write(new RunFence("run-2", 1, 1, 1));
        Assert.NotNull((await StartAsync(adapter, "run-2", order: 2)).Pid);
        await StartedAsync();
        await SayAsync("0");
        await ExitedAsync(adapter);

        // Where no record can be written, the order is spent and the attempt is not.
        Directory.CreateDirectory(Path.Combine(LaunchPath("run-3"), "launch.json.new"));
        await Assert.ThrowsAsync<IOException>(() => StartAsync(adapter, "run-3"));
        Assert.Equal(new RunFence("run-3", 1, 1, 0), Own.Fence("run-3"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_launch_that_is_on_record_and_came_to_no_process_is_done_when_it_is_asked_for_again(bool afterAnother)
    {
        using var adapter = Open();
        if (afterAnother)
        {
            await StartAsync(adapter, "run-1");
            await StartedAsync();
            await SayAsync("0");
            await ExitedAsync(adapter);
        }

        // The adapter was killed between the two files.
        var before = Own.Current();
        Own.Write(new LaunchRecord { RunId = "run-2", Attempt = 1, Generation = 1, Order = 1, LoopId = TempRepository.LoopId, Nonce = "nonce", BaseLine = 0, BootId = new ProcfsTable().BootId, StartedAt = "2026-01-01T00:00:00Z" });
        File.Delete(repository.File("ops/loops/demo-loop/current.json"));
        if (before is not null)
        {
            Own.Write(before);
        }

        var started = await StartAsync(adapter, "run-2", order: 2);
        Assert.NotNull(started.Pid);
        await StartedAsync();
        Assert.Equal(started, await StartAsync(adapter, "run-2", order: 2));
        await SayAsync("0");
        await ExitedAsync(adapter);
        Assert.Equal(started, await StartAsync(adapter, "run-2", order: 2));
    }

    [Theory]
    [InlineData("approval_outstanding", "loops/demo-loop/approval.json", "{\"status\":\"pending\",\"loop_id\":\"demo-loop\"}")]
    [InlineData("stuck_at_threshold", "loops/demo-loop/stuck.json", "{\"streak\":3,\"threshold\":3}")]
    [InlineData("artifacts_unknown", "state.json", "")]
    [InlineData("artifacts_unknown", "active-run.json", "{\"pid\":")]
    public async Task A_start_the_runtime_would_refuse_is_refused_by_code_and_writes_nothing(string code, string file, string content)
    {
        repository.Write(file, content);
        using var adapter = Open();
        Assert.Equal(code, await RefusalAsync(adapter, "run-1"));
        Assert.Empty(Directory.EnumerateFiles(repository.File("ops"), "*.json", SearchOption.AllDirectories));
        Assert.Empty(new ProcessSighting(new ProcfsTable(), repository.Path).Leaders);
    }

    [Fact]
    public async Task Start_over_http_is_offered_only_with_a_runtime_and_refuses_by_code()
    {
        await using (var without = await AdapterHost.StartAsync(repository.Path))
        {
            Assert.Equal(HttpStatusCode.NotFound, (await PostAsync(without, "{}")).Status);
        }

        await using var host = await AdapterHost.StartAsync(repository.Path, new ProcfsTable(), launching: Options);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_json"), await PostAsync(host, "{not json"));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), await PostAsync(host, "[1]"));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), await PostAsync(host, "{\"loopId\":\"demo-loop\"}"));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), await PostAsync(host, Body("../x", "demo-loop", 1)));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), await PostAsync(host, Body("run-1", "../x", 1)));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), await PostAsync(host, Body("run-1", "demo-loop", 0)));
        Assert.Equal((HttpStatusCode.NotFound, "unknown_loop"), await PostAsync(host, Body("run-1", "nope", 1)));
        Assert.Equal((HttpStatusCode.OK, null), await PostAsync(host, Body("run-1", "demo-loop", 1)));
        await StartedAsync();
        Assert.Equal((HttpStatusCode.OK, null), await PostAsync(host, Body("run-1", "demo-loop", 1)));
        Assert.Equal((HttpStatusCode.Conflict, "already_running"), await PostAsync(host, Body("run-2", "demo-loop", 1)));
        await SayAsync("0");
    }

    [Fact]
    public async Task The_executable_starts_a_run_that_outlives_it()
    {
        var secret = new Dictionary<string, string> { ["SUPERLOOP_OPS_TOKEN"] = "do-not-inherit" };
        using var start = RealProcess.Adapter(secret, "start", "--repo", repository.Path, "--loop", "demo-loop", "--superloop", script, "--run-id", "run-1");
        using var answer = JsonDocument.Parse(await start.Process.StandardOutput.ReadToEndAsync(bound.Token));
        await start.Process.WaitForExitAsync(bound.Token);
        Assert.Equal(0, start.Process.ExitCode);
        await StartedAsync();

        using var again = RealProcess.Adapter(null, "start", "--repo", repository.Path, "--loop", "demo-loop", "--superloop", script, "--run-id", "run-2");
        Assert.Contains("already_running", await again.Process.StandardError.ReadToEndAsync(bound.Token), StringComparison.Ordinal);
        await again.Process.WaitForExitAsync(bound.Token);
        Assert.Equal(7, again.Process.ExitCode);

        await SayAsync("1");
        using var adapter = Open();
        var ended = await ExitedAsync(adapter);
        Assert.Equal(answer.RootElement.GetProperty("started").GetProperty("pid").GetInt64(), ended.GetProperty("ext").GetProperty("process").GetProperty("pid").GetInt64());
        Assert.Contains("secret in environment: none", ended.GetProperty("ext").GetProperty("exit").GetProperty("outputTail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_somebody_else_starts_afterwards_is_not_taken_for_ours()
    {
        using var adapter = Open();
        await StartAsync(adapter, "run-1");
        await StartedAsync();
        await SayAsync("1");
        await ExitedAsync(adapter);
        repository.AppendLog("{\"timestamp\":\"2026-01-02T00:00:00Z\",\"event\":\"loop_start\",\"run_id\":\"foreign\",\"iteration\":1}\n");
        var snapshot = await SnapshotAsync(adapter);
        Assert.False(snapshot.GetProperty("ext").TryGetProperty("exit", out _));
        Assert.False(snapshot.GetProperty("ext").GetProperty("attempt").TryGetProperty("number", out _));
        Assert.Equal("foreign", snapshot.GetProperty("ext").GetProperty("attempt").GetProperty("runtimeRunId").GetString());
    }

    [Fact]
    public async Task The_adapters_own_folder_is_not_followed_through_a_link()
    {
        using var elsewhere = new TempRepository();
        Directory.CreateSymbolicLink(repository.File("ops"), elsewhere.Path);
        using var adapter = Open();
        Assert.Equal("unsafe_artifact", await RefusalAsync(adapter, "run-1"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(elsewhere.Path));
    }

    [Theory]
    [InlineData("Authorization: Bearer abcdef123456", "Authorization: Bearer [redacted]")]
    [InlineData("API_KEY=abcdef", "API_KEY=[redacted]")]
    [InlineData("using sk-abcdefgh12345678 now", "using [redacted] now")]
    [InlineData("plain\u001b[31m text", "plain [31m text")]
    public void Output_is_shown_without_what_looks_like_a_secret(string output, string shown) =>
        Assert.Equal(shown, OutputTail.Clean(Encoding.UTF8.GetBytes(output)));

    private LaunchFolder Own => new(new Artifacts.SuperloopFolder(repository.Path), TempRepository.LoopId);

    private string LaunchPath(string runId) => repository.File($"ops/loops/demo-loop/launches/{runId}-1");

    private void Rerecord(string runId, Func<string, string> change)
    {
        foreach (var file in new[] { Path.Combine(LaunchPath(runId), "launch.json"), repository.File("ops/loops/demo-loop/current.json") })
        {
            File.WriteAllText(file, change(File.ReadAllText(file)));
        }
    }

    private async Task ReplaceLogAsync(string content)
    {
        await File.WriteAllTextAsync(repository.LogPath + ".new", content, bound.Token);
        File.Move(repository.LogPath + ".new", repository.LogPath, overwrite: true);
    }

    /// <summary>The id of a process that is gone.</summary>
    private async Task<int> EndedAsync()
    {
        using var process = RealProcess.Start("true", null);
        await process.Process.WaitForExitAsync(bound.Token);
        return process.Process.Id;
    }

    private LaunchOptions Options => new(script, ["SUPERLOOP_OPS_TOKEN"]);

    private static string Body(string runId, string loop, int attempt) =>
        $"{{\"runId\":\"{runId}\",\"loopId\":\"{loop}\",\"attempt\":{attempt},\"generation\":1,\"order\":1}}";

    private static async Task<(HttpStatusCode Status, string? Code)> PostAsync(AdapterHost host, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ops/start") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Ops-Token", AdapterHost.Token);
        using var response = await host.Client.SendAsync(request);
        using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync());
        return (response.StatusCode, json.RootElement.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : null);
    }

    private static async Task<StartedProcess> StartAsync(Adapter adapter, string runId, int attempt = 1, int generation = 1, long order = 1, string loop = TempRepository.LoopId)
    {
        var request = new StartRequest { RunId = runId, Attempt = attempt, Generation = generation, Order = order, LoopId = loop };
        var answer = JsonSerializer.Deserialize(await adapter.StartAsync(request, CancellationToken.None), ContractJsonContext.Default.StartResponse)!;
        Assert.True(answer.Ok);
        return answer.Started!;
    }

    private static async Task<string> RefusalAsync(Adapter adapter, string runId, int attempt = 1, int generation = 1, long order = 1, string loop = TempRepository.LoopId) =>
        (await Assert.ThrowsAsync<AdapterException>(() => StartAsync(adapter, runId, attempt, generation, order, loop))).Error.Code;

    private static async Task<JsonElement> SnapshotAsync(Adapter adapter) =>
        JsonDocument.Parse(await adapter.SnapshotAsync(TempRepository.LoopId, null, CancellationToken.None)).RootElement;

    private Adapter Open() => new(repository.Path, new ProcfsTable(), TimeProvider.System, Options);

    /// <summary>The stand-in opens the pipe when it has written its files.</summary>
    private async Task StartedAsync() => Assert.Equal("started\n", await File.ReadAllTextAsync(Path.Combine(repository.Path, "started"), bound.Token));

    private Task SayAsync(string word) => File.WriteAllTextAsync(Path.Combine(repository.Path, "go"), word + "\n", bound.Token);

    private async Task<JsonElement> ExitedAsync(Adapter adapter)
    {
        while (true)
        {
            bound.Token.ThrowIfCancellationRequested();
            var snapshot = await SnapshotAsync(adapter);
            if (snapshot.GetProperty("ext").TryGetProperty("exit", out _))
            {
                return snapshot;
            }
        }
    }
}
