using System.Text.Json;
using OpsManager.Contract;
using OpsManager.Testing;
using SuperloopAdapter.Launching;
using SuperloopAdapter.Processes;

namespace SuperloopAdapter.Tests;

/// <summary>What a snapshot says of the moment: activity, what waits for somebody, whose processes there are.</summary>
public sealed class StandingTests : IDisposable
{
    private const string Start = "2026-01-01T12:00:00Z";

    private readonly TempRepository _repository = new();
    private readonly List<ProcessEntry> _processes = [];

    public static TheoryData<string, string, string?, string?> Logged => new()
    {
        { """{"event":"role_start","role":"tester"}""", "role", "tester", null },
        { """{"event":"tests_start"}""", "tests", null, null },
        { """{"event":"tests_rerun_start"}""", "tests", null, null },
        { """{"event":"validation_start"}""", "gates", null, null },
        { """{"event":"lifecycle_start"}""", "gates", null, null },
        { """{"event":"usage_limit_blocked","role":"planner","status":"error"}""", "usage_wait", "planner", "2026-01-01T14:00:00Z" },
    };

    [Theory]
    [MemberData(nameof(Logged))]
    public async Task The_activity_is_what_began_in_the_log_and_has_not_ended(string line, string kind, string? role, string? until)
    {
        Run();
        Log(line);

        var activity = (await ExtAsync()).GetProperty("activity");
        Assert.Equal(kind, activity.GetProperty("kind").GetString());
        Assert.Equal(Start, activity.GetProperty("since").GetString());
        Assert.Equal(role, Text(activity, "role"));
        Assert.Equal(until, Text(activity, "until"));
    }

    [Fact]
    public async Task A_role_ends_and_a_wait_for_usage_is_over_when_the_configuration_says()
    {
        _repository.Write("config.json", """{"loops":[{"id":"other"},{"id":"demo-loop","timeouts":{"enabled":true,"default":60,"tester":90},"usage_check":{"max_wait_seconds":600}}]}""");
        Run();
        Log("""{"event":"role_start","role":"tester"}""");
        Assert.Equal("2026-01-01T12:01:30Z", Text((await ExtAsync()).GetProperty("activity"), "until"));
        Log("""{"event":"role_start","role":"planner"}""");
        Assert.Equal("2026-01-01T12:01:00Z", Text((await ExtAsync()).GetProperty("activity"), "until"));
        Log("""{"event":"usage_limit_blocked","role":"planner","status":"error"}""");
        Assert.Equal("2026-01-01T12:10:00Z", Text((await ExtAsync()).GetProperty("activity"), "until"));
    }

    [Fact]
    public async Task An_unlimited_wait_for_usage_has_no_end()
    {
        _repository.Write("config.json", """{"loops":[{"id":"demo-loop","usage_check":{"max_wait_seconds":0}}]}""");
        Run();
        Log("""{"event":"usage_limit_blocked","role":"planner","status":"error"}""");
        Assert.Null(Text((await ExtAsync()).GetProperty("activity"), "until"));
    }

    [Theory]
    [InlineData("9999-12-31T23:59:59Z")]
    [InlineData("9999-12-31T22:00:01Z")]
    public async Task A_wait_that_would_end_after_the_last_year_there_is_has_no_end(string began)
    {
        Run();
        Log($$"""{"event":"usage_limit_blocked","role":"planner","status":"error","timestamp":"{{began}}"}""");
        var activity = (await ExtAsync()).GetProperty("activity");
        Assert.Equal(("usage_wait", began, null), (Text(activity, "kind"), Text(activity, "since"), Text(activity, "until")));
    }

    [Theory]
    [InlineData(long.MaxValue, "9999-01-01T00:00:00Z")]
    [InlineData(253_402_300_800, "9999-01-01T00:00:00Z")]
    [InlineData(1_767_268_800, "2026-01-01T12:00:00Z")]
    [InlineData(long.MinValue, "1970-01-01T00:00:00Z")]
    public void A_file_of_a_time_that_there_is_not_is_of_the_nearest(long seconds, string at) =>
        Assert.Equal(at, Timestamps.Text((default(Artifacts.FileIdentity) with { ModifiedSeconds = seconds }).ModifiedAt));

    [Theory]
    [InlineData(0, "usage_wait")]
    [InlineData(1, "role")]
    public async Task A_wait_for_usage_whose_output_nobody_captured_is_over_when_the_log_of_the_role_is_written(int secondsLater, string kind)
    {
        Run();
        Log("""{"event":"role_start","role":"planner"}""");
        Log("""{"event":"usage_limit_blocked","role":"planner","status":"error"}""");
        Assert.Equal("usage_wait", (await ExtAsync()).GetProperty("activity").GetProperty("kind").GetString());
        _repository.Write("loops/demo-loop/logs/iter-1/planner.log", "at work\n");
        File.SetLastWriteTimeUtc(_repository.File("loops/demo-loop/logs/iter-1/planner.log"), DateTimeOffset.Parse(Start, System.Globalization.CultureInfo.InvariantCulture).UtcDateTime.AddSeconds(secondsLater));
        var activity = (await ExtAsync()).GetProperty("activity");
        Assert.Equal((kind, "planner"), (activity.GetProperty("kind").GetString(), Text(activity, "role")));
        Assert.Equal(kind == "role", activity.TryGetProperty("outputBytes", out _));
        Assert.Equal(kind == "role" ? null : Start, Text(activity, "since"));
    }

    [Fact]
    public async Task Between_two_activities_none_is_claimed()
    {
        Run();
        Log("""{"event":"role_start","role":"tester"}""");
        Log("""{"event":"role_end","role":"tester"}""");
        Assert.False((await ExtAsync()).TryGetProperty("activity", out _));
    }

    [Theory]
    [InlineData("""{"event":"role_start","role":"tester"}""")]
    [InlineData("""{"event":"usage_limit_blocked","role":"planner","status":"error"}""")]
    public async Task What_the_run_before_was_at_when_it_died_is_no_activity_of_the_process_that_is_starting(string line)
    {
        Run();
        Log(line);
        var launched = new LaunchFolder(new Artifacts.SuperloopFolder(_repository.Path), TempRepository.LoopId).Write(new LaunchRecord
        {
            RunId = "run-1",
            Attempt = 2,
            Generation = 1,
            Order = 1,
            LoopId = TempRepository.LoopId,
            Nonce = "nonce",
            BaseLine = 2,
            BootId = "boot-of-the-recording",
            StartedAt = Start,
        });
        await File.WriteAllTextAsync(Path.Combine(launched, "leader.stat"), "10 (bash) S 1 10 10 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1010 0 0\n");
        var ext = await ExtAsync();
        Assert.Equal((true, 2), (ext.GetProperty("process").GetProperty("alive").GetBoolean(), ext.GetProperty("attempt").GetProperty("number").GetInt32()));
        Assert.False(ext.TryGetProperty("activity", out _));

        Log("""{"event":"loop_start","run_id":"r2"}""");
        Log("""{"event":"role_start","run_id":"r2","role":"planner"}""");
        Assert.Equal("planner", Text((await ExtAsync()).GetProperty("activity"), "role"));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("""{"event":"iteration_start"}""", true)]
    [InlineData("""{"event":"loop_stop","data":{"reason":"stuck"}}""", false)]
    [InlineData("""{"event":"loop_start","run_id":"r2","timestamp":"2026-01-01T12:00:02Z"}""", false)]
    public async Task A_recovery_waits_for_a_person_as_long_as_its_run_goes_on(string next, bool waits)
    {
        Run();
        Escalate();
        if (next.Length > 0)
        {
            Log(next);
        }

        var ext = await ExtAsync();
        Assert.Equal(waits, ext.TryGetProperty("pendingRecovery", out var recovery));
        if (waits)
        {
            Assert.Equal("npm ci", Text(recovery, "command"));
            Assert.Equal("install", Text(recovery, "category"));
            Assert.Equal("Command not in auto_approve list", Text(recovery, "reason"));
            Assert.Equal("2026-01-01T12:00:01Z", Text(recovery, "at"));
            Assert.Equal(1, recovery.GetProperty("iteration").GetInt64());
        }
    }

    [Theory]
    [InlineData("ok", "2026-01-01T12:05:00Z", false)]
    [InlineData("failed", "2026-01-01T12:05:00Z", true)]
    [InlineData("ok", "2026-01-01T12:00:00Z", true)]
    public async Task A_recovery_is_over_once_a_later_iteration_passed_its_tests(string tests, string endedAt, bool waits)
    {
        Run();
        Escalate();
        _repository.Write("loops/demo-loop/run-summary.json", $$$"""{"version":1,"entries":[{"ended_at":"{{{endedAt}}}","gates":{"tests":"{{{tests}}}"}}]}""");
        Assert.Equal(waits, (await ExtAsync()).TryGetProperty("pendingRecovery", out _));
    }

    [Fact]
    public async Task A_secret_in_a_proposed_command_is_not_handed_on()
    {
        Run();
        Escalate("curl -H 'Authorization: Bearer abcdefghijklmnop'");
        Assert.DoesNotContain("abcdefghijklmnop", Text((await ExtAsync()).GetProperty("pendingRecovery"), "command"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(490)]
    [InlineData(499)]
    public async Task A_secret_where_a_proposed_command_is_cut_is_not_handed_on_in_part(int before)
    {
        const string Own = "Xk7Qw2Zp9Lm4Vt6R";
        Run();
        Escalate(new string('.', before) + Own + " and more");
        using var adapter = new Adapter(_repository.Path, new RecordedProcesses(_processes), new InstantTimeProvider(DateTimeOffset.UnixEpoch), secrets: static () => [Own]);
        var command = Text(Parse(await adapter.SnapshotAsync(TempRepository.LoopId, null, default)).GetProperty("ext").GetProperty("pendingRecovery"), "command")!;
        Assert.DoesNotContain("X", command, StringComparison.Ordinal);
        Assert.InRange(command.Length, before, 500);
    }

    [Theory]
    [InlineData("approval-approve/02-awaiting-approval", null)]
    [InlineData("approval-approve/04-approved-not-consumed", "approved")]
    [InlineData("approval-approve/05-second-approve-refused", "approved")]
    [InlineData("approval-approve/06-consumed-complete", null)]
    [InlineData("approval-reject/02-rejected-not-consumed", "rejected")]
    [InlineData("approval-reject/03-rerun-after-reject", null)]
    public async Task A_decision_that_nothing_has_consumed_is_named(string step, string? status)
    {
        using var recorded = TempRepository.Of(step);
        var ext = await ExtAsync(recorded, RecordedProcesses.None);
        Assert.Equal(status is not null, ext.TryGetProperty("pendingDecision", out var decision));
        if (status is not null)
        {
            Assert.Equal(status, Text(decision, "status"));
            Assert.Equal("alice", Text(decision, "by"));
            Assert.Equal(1, decision.GetProperty("iteration").GetInt64());
        }
    }

    [Theory]
    [InlineData("approval_consumed")]
    [InlineData("approval_rejected")]
    public async Task A_decision_is_consumed_when_the_log_says_so_though_its_file_is_still_there(string consumed)
    {
        using var recorded = TempRepository.Of("approval-approve/04-approved-not-consumed");
        recorded.AppendLog("""{"timestamp":"2026-11-22T14:10:20Z","event":"loop_start","loop_id":"demo-loop","run_id":"2026-11-22T14:10:20Z","iteration":1}""" + "\n");
        Assert.True((await ExtAsync(recorded, RecordedProcesses.None)).TryGetProperty("pendingDecision", out _));
        recorded.AppendLog($$"""{"timestamp":"2026-11-22T14:10:20Z","event":"{{consumed}}","loop_id":"demo-loop","run_id":"2026-11-22T14:10:02Z","iteration":1}""" + "\n");
        Assert.False((await ExtAsync(recorded, RecordedProcesses.None)).TryGetProperty("pendingDecision", out _));
    }

    [Fact]
    public async Task Other_processes_of_the_runtime_in_the_repository_are_listed_with_their_loops()
    {
        Run();
        _processes.Add(RecordedProcesses.Entry(20, 20, 'T', Command("other")));
        _processes.Add(RecordedProcesses.Entry(30, 30, 'S', Command(null)));
        _processes.Add(RecordedProcesses.Entry(40, 40, 'S', "bash /x/superloop.sh run --repo /elsewhere --loop demo-loop"));

        var foreign = (await ExtAsync()).GetProperty("foreignLeaders").EnumerateArray()
            .Select(static l => (l.GetProperty("pid").GetInt64(), Text(l, "loopId"), l.GetProperty("stopped").GetBoolean()));
        Assert.Equal([(20, "other", true), (30, null, false)], foreign);
        Assert.Equal(10, (await ExtAsync()).GetProperty("process").GetProperty("pid").GetInt64());
    }

    [Fact]
    public async Task A_loop_without_a_process_sees_those_of_others()
    {
        _repository.Write("config.json", """{"loops":[{"id":"demo-loop"}]}""");
        _processes.Add(RecordedProcesses.Entry(20, 20, 'S', Command("other")));
        var ext = await ExtAsync();
        Assert.Equal(20, ext.GetProperty("foreignLeaders")[0].GetProperty("pid").GetInt64());
        Assert.False(ext.GetProperty("process").GetProperty("alive").GetBoolean());
    }

    [Fact]
    public async Task A_process_that_runs_several_loops_is_observed_only_and_says_why()
    {
        Run(loop: null);
        Log("""{"event":"role_start","role":"tester"}""");
        using var adapter = Open(_repository, new RecordedProcesses(_processes));
        var ext = Parse(await adapter.SnapshotAsync(TempRepository.LoopId, null, default)).GetProperty("ext");

        Assert.True(ext.GetProperty("process").GetProperty("alive").GetBoolean());
        Assert.Equal("tester", ext.GetProperty("activity").GetProperty("role").GetString());
        Assert.Equal("runs_several_loops", ext.GetProperty("observeOnly").GetProperty("reason").GetString());
        Assert.Equal(["approve", "reject", "diagnostics"], ext.GetProperty("capabilities").EnumerateArray().Select(static v => v.GetString()));
        foreach (var verb in new[] { "pause", "resume", "cancel", "force_cancel" })
        {
            var answer = await adapter.ControlAsync(new ControlRequest { LoopId = TempRepository.LoopId, Intent = verb }, default);
            Assert.Equal((false, "observe_only"), (answer.Ok, answer.Error?.Code));
        }
    }

    [Fact]
    public async Task A_process_of_this_loop_alone_offers_every_verb()
    {
        Run();
        var ext = await ExtAsync();
        Assert.False(ext.TryGetProperty("observeOnly", out _));
        Assert.Contains("cancel", ext.GetProperty("capabilities").EnumerateArray().Select(static v => v.GetString()));
    }

    [Theory]
    [InlineData('S', 'S', false, 1, 0)]
    [InlineData('T', 'S', false, 1, 0)]
    [InlineData('T', 'Z', true, 0, 1)]
    [InlineData('S', 'Z', false, 0, 1)]
    public async Task A_run_is_quiescent_when_its_leader_is_stopped_and_nothing_else_lives(char leader, char child, bool quiescent, int children, int zombies)
    {
        Run(state: leader);
        _processes.Add(RecordedProcesses.Entry(11, 10, child, "agent", parent: 10));
        var process = (await ExtAsync()).GetProperty("process");
        Assert.Equal(
            (quiescent, children, zombies),
            (process.GetProperty("quiescent").GetBoolean(), process.GetProperty("liveChildren").GetInt32(), process.GetProperty("zombies").GetInt32()));
    }

    [Fact]
    public async Task A_stopped_leader_with_an_approval_pending_awaits_the_decision_and_can_go_on()
    {
        Run(state: 'T');
        _repository.Write("loops/demo-loop/approval.json", $$"""{"status":"pending","loop_id":"demo-loop","run_id":"{{Start}}","iteration":1,"requested_at":"{{Start}}"}""");
        Log("""{"event":"approval_requested"}""");
        using var adapter = Open(_repository, new RecordedProcesses(_processes));
        var snapshot = Parse(await adapter.SnapshotAsync(TempRepository.LoopId, null, default));
        var ext = snapshot.GetProperty("ext");
        Assert.Equal("awaiting_approval", snapshot.GetProperty("run").GetProperty("status").GetString());
        Assert.True(snapshot.GetProperty("health").GetProperty("hasPendingApproval").GetBoolean());
        Assert.True(ext.GetProperty("process").GetProperty("alive").GetBoolean());
        Assert.True(ext.GetProperty("process").GetProperty("stopped").GetBoolean());
        Assert.True(ext.GetProperty("process").GetProperty("quiescent").GetBoolean());
        Assert.False(ext.TryGetProperty("pendingDecision", out _));
        Assert.False(ext.TryGetProperty("exit", out _));
        Assert.Contains("resume", ext.GetProperty("capabilities").EnumerateArray().Select(static v => v.GetString()));
    }

    [Fact]
    public async Task After_a_new_run_of_an_ended_loop_run_id_and_attempt_are_the_new_ones()
    {
        using var recorded = TempRepository.Of("clean-completion/05-rerun-iter1-planner");
        using var adapter = Open(recorded, RecordedProcesses.None);
        var snapshot = Parse(await adapter.SnapshotAsync(TempRepository.LoopId, null, default));
        Assert.Equal("2026-11-22T15:05:50Z", snapshot.GetProperty("run").GetProperty("runId").GetString());
        Assert.Equal("2026-11-22T15:05:50Z", snapshot.GetProperty("ext").GetProperty("attempt").GetProperty("runtimeRunId").GetString());
        Assert.Equal(50, snapshot.GetProperty("ext").GetProperty("attempt").GetProperty("baseLine").GetInt64());
    }

    public void Dispose() => _repository.Dispose();

    private static Adapter Open(TempRepository repository, IProcessTable processes) =>
        new(repository.Path, processes, new InstantTimeProvider(DateTimeOffset.UnixEpoch));

    private static JsonElement Parse(byte[] json) => JsonDocument.Parse(json).RootElement;

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static async Task<JsonElement> ExtAsync(TempRepository repository, IProcessTable processes)
    {
        using var adapter = Open(repository, processes);
        return Parse(await adapter.SnapshotAsync(TempRepository.LoopId, null, default)).GetProperty("ext");
    }

    private Task<JsonElement> ExtAsync() => ExtAsync(_repository, new RecordedProcesses(_processes));

    private string Command(string? loop) => $"bash /x/superloop.sh run --repo {_repository.Path}" + (loop is null ? string.Empty : $" --loop {loop}");

    /// <summary>A leader that has logged its launch.</summary>
    private void Run(string? loop = TempRepository.LoopId, char state = 'S')
    {
        _processes.Add(RecordedProcesses.Entry(10, 10, state, Command(loop)));
        _repository.Write("active-run.json", $$"""{"pid":10,"pgid":10,"loop_id":"demo-loop","updated_at":"{{Start}}"}""");
        Log("""{"event":"loop_start"}""");
    }

    private void Log(string line)
    {
        using var given = JsonDocument.Parse(line);
        Dictionary<string, JsonElement> members = new(StringComparer.Ordinal)
        {
            ["timestamp"] = JsonSerializer.SerializeToElement(Start),
            ["run_id"] = JsonSerializer.SerializeToElement(Start),
            ["iteration"] = JsonSerializer.SerializeToElement(1),
        };
        foreach (var member in given.RootElement.EnumerateObject())
        {
            members[member.Name] = member.Value;
        }

        _repository.AppendLog(JsonSerializer.Serialize(members) + "\n");
    }

    private void Escalate(string command = "npm ci") => _repository.Write("loops/demo-loop/escalation.json", JsonSerializer.Serialize(new
    {
        timestamp = "2026-01-01T12:00:01Z",
        loop_id = "demo-loop",
        iteration = 1,
        type = "recovery_approval_required",
        status = "pending",
        recovery_proposal = new { command, category = "install" },
        reason = "Command not in auto_approve list",
    }));
}
