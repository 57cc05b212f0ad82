using System.Text.Json.Nodes;
using OpsManager.SuperloopSimulator.Runtime;
using OpsManager.SuperloopSimulator.Scenario;
using SuperloopSimulator.Tests.Support;

namespace SuperloopSimulator.Tests;

/// <summary>What scenarios can say beyond what was recorded.</summary>
public sealed class ScenarioTests
{
    private static LoopScenario Loop => SimulatedRepository.Quick();

    [Fact]
    public async Task Schema_file_describes_the_format_as_it_is() =>
        Assert.Equal(await File.ReadAllTextAsync(Path.Combine(BuiltProgram.Sources, "scenario.schema.json")), ScenarioFiles.Schema());

    [Fact]
    public void Misspelt_member_is_refused()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, """{ "loops": [{ "id": "a", "promisedAt": [1] }] }""");
        Assert.Throws<System.Text.Json.JsonException>(() => ScenarioFiles.Read(file));
        File.Delete(file);
    }

    [Fact]
    public async Task All_loops_run_in_one_process_in_their_order()
    {
        using var repository = await SimulatedRepository.PrepareAsync(SimulatedRepository.Quick("first"), SimulatedRepository.Quick("second") with { PromiseAt = [2] });
        var (exitCode, output) = await repository.RunAsync(loop: null);
        Assert.Equal(0, exitCode);
        Assert.EndsWith("All loops complete.\n", output, StringComparison.Ordinal);
        Assert.Equal("loop_complete", repository.EventNames("first")[^1]);
        Assert.Equal(2, repository.Events("second")[^1].Number("iteration"));
        var state = JsonText.TryRead(repository.State);
        Assert.Equal((2, 0, ""), (state.Number("loop_index"), state.Number("iteration"), state.Text("current_loop_id")));
        Assert.False(File.Exists(repository.ActiveRun));
    }

    [Theory]
    [InlineData("state.json")]
    [InlineData("active-run.json")]
    public async Task Kill_while_a_file_is_rewritten_leaves_it_empty(string file)
    {
        using var repository = await SimulatedRepository.PrepareAsync(Loop with { Crashes = [new CrashPoint { Run = 1, Point = file, Moment = CrashMoment.During }] });
        Assert.Equal(137, (await repository.RunAsync()).ExitCode);
        Assert.Equal(0, new FileInfo(Path.Combine(repository.Superloop, file)).Length);
    }

    [Fact]
    public async Task Empty_state_refuses_a_plain_run_but_not_one_of_a_loop()
    {
        using var repository = await SimulatedRepository.PrepareAsync(Loop);
        await File.WriteAllTextAsync(repository.State, "");
        var (exitCode, output) = await repository.RunAsync(loop: null);
        Assert.Equal(1, exitCode);
        Assert.Contains("A loop is already running", output, StringComparison.Ordinal);
        Assert.Equal(0, (await repository.RunAsync()).ExitCode);
    }

    [Fact]
    public async Task Kill_while_a_line_is_appended_leaves_half_of_it()
    {
        using var repository = await SimulatedRepository.PrepareAsync(Loop with { Crashes = [new CrashPoint { Point = "tests_start", Moment = CrashMoment.During }] });
        Assert.Equal(137, (await repository.RunAsync()).ExitCode);
        var log = await File.ReadAllTextAsync(repository.Loop().Events);
        Assert.False(log.EndsWith('\n'));
        Assert.Equal("checklist_end", repository.EventNames()[^1]);
    }

    [Fact]
    public async Task Rewritten_file_is_seen_empty_for_as_long_as_the_scenario_says()
    {
        var pacing = SimulatedRepository.NoPauses with { WriteGapMs = 200 };
        using var repository = await SimulatedRepository.PrepareAsync(pacing, Loop with { Steps = [new RoleStep { Hangs = true }] });
        repository.StartRun();
        await Eventually.Holds("state.json is there and empty", () => new FileInfo(repository.State) is { Exists: true, Length: 0 });
        await Eventually.Holds("state.json is filled", () => JsonText.TryRead(repository.State).Flag("active") == true);
    }

    [Theory]
    [InlineData(nameof(StartRefusal.Validation), false)]
    [InlineData(nameof(StartRefusal.MainRef), true)]
    public async Task Refused_start_writes_no_event(string refusal, bool createsFolder)
    {
        using var repository = await SimulatedRepository.PrepareAsync(Loop with { Refuses = Enum.Parse<StartRefusal>(refusal) });
        Assert.Equal(1, (await repository.RunAsync()).ExitCode);
        Assert.Empty(repository.Events());
        Assert.Equal(createsFolder, Directory.Exists(repository.Loop().Root));
        Assert.False(File.Exists(repository.State));
        Assert.False(File.Exists(repository.ActiveRun));
    }

    [Fact]
    public async Task Unknown_loop_missing_role_and_missing_specification_are_refused()
    {
        using var repository = await SimulatedRepository.PrepareAsync(Loop);
        Assert.Equal(1, (await repository.RunAsync("other")).ExitCode);
        File.Delete(Path.Combine(repository.Superloop, "roles", "implementer.md"));
        Assert.Equal(1, (await repository.RunAsync()).ExitCode);
        Assert.Equal("iteration_start", repository.EventNames()[^1]);
        Assert.True(JsonText.TryRead(repository.State).Flag("active"));
        await repository.CommandAsync("cancel");
        File.Delete(Path.Combine(repository.Superloop, "specs", "initiation.md"));
        Assert.Equal(1, (await repository.RunAsync()).ExitCode);
    }

    [Fact]
    public async Task Usage_limit_stops_without_loop_stop()
    {
        using var repository = await SimulatedRepository.PrepareAsync(Loop with { Steps = [new RoleStep { UsageLimit = new UsageLimit() }] });
        Assert.Equal(1, (await repository.RunAsync()).ExitCode);
        var last = repository.Events()[^1];
        Assert.Equal(("usage_limit_blocked", "error"), (last.Text("event"), last.Text("status")));
        Assert.Equal(["runner", "role", "action"], last["data"]!.AsObject().Select(member => member.Key));
        Assert.False(JsonText.TryRead(repository.State).Flag("active"));
    }

    [Fact]
    public async Task Usage_limit_waited_for_passes_without_a_further_event()
    {
        using var repository = await SimulatedRepository.PrepareAsync(
            Loop with { WaitOnUsageLimit = true, Steps = [new RoleStep { Role = "implementer", UsageLimit = new UsageLimit { ClearsAfterPolls = 2 } }] });
        var (exitCode, output) = await repository.RunAsync("demo-loop", "--speed", "5000");
        Assert.True(exitCode == 0, output);
        Assert.Equal(["role_start", "usage_limit_blocked", "role_end"], repository.EventNames()[2..5]);
        Assert.Contains("Usage limits cleared", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rate_limits_beyond_the_third_retry_stop_the_loop()
    {
        using var repository = await SimulatedRepository.PrepareAsync(
            Loop with { Steps = [new RoleStep { Role = "implementer", RateLimits = [.. Enumerable.Repeat(new RateLimit { ResetsIn = 0 }, 4)] }] });
        var (exitCode, output) = await repository.RunAsync();
        Assert.Equal(1, exitCode);
        Assert.Contains("max retries (3) exceeded", output, StringComparison.Ordinal);
        Assert.Equal("rate_limit_stop", repository.EventNames()[^1]);
    }

    [Fact]
    public async Task Stuck_detection_counts_no_failing_tests_as_the_same_failing_tests()
    {
        using var repository = await SimulatedRepository.PrepareAsync(Loop with { PromiseAt = [], Stuck = new StuckSettings { Threshold = 2 } });
        Assert.Equal(1, (await repository.RunAsync()).ExitCode);
        var stuck = JsonText.TryRead(repository.Loop().Stuck);
        Assert.Equal("same_test_failures", stuck.Text("reason"));
        Assert.Equal("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", stuck.Text("test_signature"));
    }

    [Fact]
    public async Task Commits_are_logged_with_their_data()
    {
        using var repository = await SimulatedRepository.PrepareAsync(Loop with
        {
            CommitStrategy = "per_iteration",
            PreCommitCommand = "make lint",
            PromiseAt = [4],
            Gates =
            [
                new GateStep { Iteration = 2, Commit = CommitOutcome.NoChanges },
                new GateStep { Iteration = 3, Commit = CommitOutcome.Failed, CommitMessageFallback = true },
            ],
        });
        Assert.Equal(0, (await repository.RunAsync()).ExitCode);
        var commits = repository.Events().Where(line => line.Text("event") is { } name && (name.StartsWith("auto_commit", StringComparison.Ordinal) || name == "pre_commit_executed")).ToArray();
        Assert.Equal(
            [
                "pre_commit_executed", "auto_commit_message_generated", "auto_commit_success",
                "auto_commit_skipped",
                "pre_commit_executed", "auto_commit_message_fallback", "auto_commit_failed",
                "pre_commit_executed", "auto_commit_message_generated", "auto_commit_success",
            ],
            commits.Select(line => line.Text("event")));
        Assert.Equal(["sha", "subject", "strategy", "message_source", "author_role", "message_file"], Members(commits[2]));
        Assert.Equal(["error", "strategy", "message_source", "author_role"], Members(commits[6]));
    }

    [Fact]
    public async Task Step_by_step_run_takes_a_configuration_of_its_own()
    {
        using var repository = await SimulatedRepository.PrepareAsync(Loop with { PromiseAt = [3] });
        var config = JsonText.TryRead(Path.Combine(repository.Superloop, "config.json"))!;
        config["loops"]![0]!["max_iterations"] = 1;
        var copy = Path.Combine(repository.Root, "step.json");
        await File.WriteAllTextAsync(copy, JsonText.Pretty(config));
        Assert.Equal(1, (await repository.RunAsync("demo-loop", "--config", copy)).ExitCode);
        var last = repository.Events()[^1];
        Assert.Equal(("loop_stop", 2), (last.Text("event"), last.Number("iteration")));
    }

    [Fact]
    public async Task Approve_without_a_request_fails()
    {
        using var repository = await SimulatedRepository.PrepareAsync(Loop);
        var (exitCode, output) = await repository.CommandAsync("approve", "--loop", "demo-loop");
        Assert.Equal((1, "error: no approval request found for loop 'demo-loop'\n"), (exitCode, output));
    }

    private static IEnumerable<string> Members(JsonObject line) => line["data"]!.AsObject().Select(member => member.Key);
}
