using System.Text.Json.Nodes;
using OpsManager.SuperloopSimulator.Scenario;

namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>One loop of one run: from its loop_start to its end.</summary>
internal sealed class LoopRunner
{
    private readonly string _repository;
    private readonly ConfiguredLoop _loop;
    private readonly LoopScenario _scenario;
    private readonly Pacing _pacing;
    private readonly Pace _pace;
    private readonly ArtifactWriter _files;
    private readonly LoopFolder _folder;
    private readonly LoopMemory _memory;
    private readonly StuckDetection _stuck;
    private readonly LoopReports _reports;
    private readonly CrashPlan _crashes;
    private readonly EventLog _events;
    private readonly RoleRunner _roles;
    private readonly GateRunner _gates;
    private string _runId = "";

    public LoopRunner(string repository, ConfiguredLoop loop, JsonObject config, SimulatedRuntime runtime, Pace pace, ArtifactWriter files, ExitTrap trap)
    {
        (_repository, _loop, _pace, _files, _pacing) = (repository, loop, pace, files, runtime.Pacing);
        _scenario = runtime.Loop(loop.Id);
        _folder = new LoopFolder(repository, loop.Id);
        _memory = LoopMemory.Open(repository, loop.Id);
        _stuck = new StuckDetection(_folder, loop, pace, files, _memory);
        _reports = new LoopReports(_folder, loop, pace, files);
        _crashes = new CrashPlan(_scenario.Crashes, _memory.Run + 1);
        _events = new EventLog(_folder, pace, _pacing, _crashes);
        _roles = new RoleRunner(repository, config, loop, _folder, _scenario, _memory, pace, _pacing, _files, _reports, _events, _crashes, trap);
        _gates = new GateRunner(loop, _folder, pace, _pacing, files, _reports, _events);
    }

    public async Task<LoopEnd> RunAsync()
    {
        if (_loop.SpecFile.Length == 0)
        {
            throw RuntimeExit.Die($"loop '{_loop.Id}' missing spec_file");
        }

        if (!File.Exists(Path.Combine(_repository, _loop.SpecFile)))
        {
            throw RuntimeExit.Die($"spec file not found: {_loop.SpecFile}");
        }

        CreateFolders();
        _stuck.RefuseWhenStuck();
        if (_loop.TestsMode != "disabled" && _loop.TestCommands.All(string.IsNullOrWhiteSpace))
        {
            throw RuntimeExit.Die($"loop '{_loop.Id}': tests.mode is '{_loop.TestsMode}' but tests.commands is empty. Add at least one test command or set tests.mode to 'disabled'.");
        }

        if (_scenario.Refuses == StartRefusal.MainRef)
        {
            throw RuntimeExit.Die($"loop '{_loop.Id}': lifecycle.main_ref '{_loop.Text("lifecycle.main_ref", "origin/main")}' is not a valid commit, and no fallback main ref was found.");
        }

        await _pace.WaitAsync(_pacing.LoopStartMs / 2.0);
        _runId = _pace.Timestamp;
        await _events.WriteAsync(_runId, 1, "loop_start", LoopStartData());
        if (_loop.ApprovalEnabled && await SettleApprovalAsync() is { } settled)
        {
            return settled;
        }

        _memory.BeginRun();
        for (var iteration = 1; ; iteration++)
        {
            _crashes.Iteration = iteration;
            if (_loop.MaxIterations > 0 && iteration > _loop.MaxIterations)
            {
                Console.WriteLine($"Max iterations reached for loop '{_loop.Id}' ({_loop.MaxIterations}). Stopping.");
                return await StopAsync(iteration, new JsonObject { ["reason"] = "max_iterations", ["max_iterations"] = _loop.MaxIterations });
            }

            if (await IterateAsync(iteration) is { } end)
            {
                return end;
            }
        }
    }

    private void CreateFolders()
    {
        foreach (var name in new[] { "prompts", "logs/iter-1", "tasks", "rlms/latest", "delegation/latest" })
        {
            Directory.CreateDirectory(_folder[name]);
        }

        foreach (var name in new[] { "plan.md", "iteration_notes.md", "implementer.md", "review.md", "test-report.md" })
        {
            ArtifactWriter.Append(_folder[name], "");
        }
    }

    /// <summary>What an approval of an earlier run means for this one; null when iterating begins.</summary>
    private async Task<LoopEnd?> SettleApprovalAsync()
    {
        if (!File.Exists(_folder.Approval))
        {
            return null;
        }

        var approval = JsonText.TryRead(_folder.Approval);
        var file = _folder.Relative(_folder.Approval);
        switch (approval.Text("status") ?? "pending")
        {
            case "pending":
                await _events.WriteAsync(_runId, 1, "approval_wait", new JsonObject { ["status"] = "pending", ["approval_file"] = file });
                Console.WriteLine($"Approval pending for loop '{_loop.Id}'. Run: superloop.sh approve --repo {_repository} --loop {_loop.Id}");
                await WriteStateAsync(1, active: false);
                return LoopEnd.Stop(0);
            case "approved":
                await ConsumeAsync(approval!);
                return LoopEnd.NextLoop;
            case "rejected":
                await _events.WriteAsync(_runId, 1, "approval_rejected", new JsonObject { ["status"] = "rejected", ["approval_file"] = file });
                File.Delete(_folder.Approval);
                return null;
            default:
                return null;
        }
    }

    /// <summary>The candidate completes under the run and iteration that it came from, not under those of this process.</summary>
    private async Task ConsumeAsync(JsonObject approval)
    {
        var runId = approval.Text("run_id") ?? _runId;
        var iteration = approval.Number("iteration") is > 0 and { } number ? number : 1;
        var candidate = approval["candidate"] as JsonObject;
        var candidateGates = candidate?["gates"] as JsonObject;
        var promise = candidate?["promise"] as JsonObject;
        var gates = new GateResults
        {
            Promise = promise.Flag("matched") ?? false,
            PromiseText = promise.Text("text") ?? "",
            Tests = candidateGates.Text("tests") ?? "unknown",
            Validation = candidateGates.Text("validation") ?? "unknown",
            Prerequisites = candidateGates.Text("prerequisites") ?? "unknown",
            Checklist = candidateGates.Text("checklist") ?? "unknown",
            Evidence = candidateGates.Text("evidence") ?? "unknown",
            Lifecycle = candidateGates.Text("lifecycle") ?? "unknown",
            Approval = "approved",
            StuckStreak = _loop.StuckEnabled ? _stuck.StoredStreak : 0,
        };
        await _reports.WriteNotesAndSummaryAsync(iteration, gates);
        var decision = approval["decision"] as JsonObject;
        await _events.WriteAsync(runId, iteration, "approval_consumed", new JsonObject
        {
            ["status"] = "approved",
            ["by"] = decision.Text("by"),
            ["note"] = decision.Text("note"),
            ["at"] = decision.Text("at"),
        });
        var startedAt = approval.Text("iteration_started_at") ?? _pace.Timestamp;
        await _pace.WaitAsync(_pacing.SummaryMs);
        await _reports.AppendRunSummaryAsync(runId, iteration, startedAt, approval.Text("iteration_ended_at") ?? startedAt, gates, completed: true, CrashDuring("run-summary.json"));
        await _events.WriteAsync(runId, iteration, "loop_complete", new JsonObject { ["iteration"] = iteration, ["run_id"] = runId, ["approval"] = true });
        Console.WriteLine($"Loop '{_loop.Id}' complete at iteration {iteration} (approved).");
        File.Delete(_folder.Approval);
    }

    private async Task<LoopEnd?> IterateAsync(int iteration)
    {
        await WriteStateAsync(iteration, active: true);
        Directory.CreateDirectory(_folder.Logs(iteration));
        Directory.CreateDirectory(_folder["last_messages"]);
        var startedAt = _pace.Timestamp;
        await _events.WriteAsync(_runId, iteration, "iteration_start", new JsonObject { ["started_at"] = startedAt });
        ArtifactWriter.Append(Path.Combine(_folder.Logs(iteration), "errors.log"), "");
        foreach (var role in _loop.Roles)
        {
            if (await _roles.RunAsync(_runId, iteration, role) is { } stays)
            {
                await WriteStateAsync(iteration, active: stays);
                return LoopEnd.Stop(1);
            }
        }

        var step = _scenario.Gate(_memory.Run, iteration);
        var gates = await _gates.RunAsync(_runId, iteration, step);
        return await ConcludeAsync(iteration, startedAt, step, gates);
    }

    private async Task<LoopEnd?> ConcludeAsync(int iteration, string startedAt, GateStep step, GateResults gates)
    {
        var noProgress = _loop.StuckEnabled && gates.Checklist != "ok" && _stuck.SamePlaceAsBefore();
        var candidate = IsCandidate(gates);
        gates.Approval = candidate && _loop.ApprovalRequired ? "pending" : "skipped";
        var complete = candidate && !_loop.ApprovalRequired;
        if (gates.Lifecycle != "ok" && _loop.LifecycleBlocks)
        {
            await _reports.WriteNotesAndSummaryAsync(iteration, gates);
            Console.WriteLine($"Lifecycle gate failed for loop '{_loop.Id}'. See {_folder.Relative(_folder["lifecycle-audit.txt"])} for details.");
            return await StopAsync(iteration, GateRunner.LifecycleStop(_folder, gates));
        }

        if (_loop.StuckEnabled && await CheckStuckAsync(iteration, gates, candidate, noProgress) is { } stuck)
        {
            return stuck;
        }

        await _reports.WriteNotesAndSummaryAsync(iteration, gates);
        var evaluated = new JsonObject { ["promise"] = gates.Promise };
        gates.AddTo(evaluated);
        evaluated["stuck"] = _reports.StuckValue(gates);
        await _events.WriteAsync(_runId, iteration, "gates_evaluated", evaluated);
        var endedAt = _pace.Timestamp;
        var ended = new JsonObject { ["started_at"] = startedAt, ["ended_at"] = endedAt, ["completion"] = complete, ["promise"] = gates.Promise };
        gates.AddTo(ended);
        await _events.WriteAsync(_runId, iteration, "iteration_end", ended);
        await new AutoCommit(_loop, _folder, _memory, _events).RunAsync(_runId, iteration, gates, step);
        await _pace.WaitAsync(_pacing.SummaryMs);
        _crashes.Check("run-summary.json", CrashMoment.Before);
        await _reports.AppendRunSummaryAsync(_runId, iteration, startedAt, endedAt, gates, complete, CrashDuring("run-summary.json"));
        _crashes.Check("run-summary.json", CrashMoment.After);
        if (candidate && _loop.ApprovalRequired)
        {
            await RequestApprovalAsync(iteration, startedAt, endedAt, gates);
            return LoopEnd.Stop(0);
        }

        if (!complete)
        {
            return null;
        }

        await _events.WriteAsync(_runId, iteration, "loop_complete", new JsonObject { ["iteration"] = iteration, ["run_id"] = _runId });
        Console.WriteLine($"Loop '{_loop.Id}' complete at iteration {iteration}.");
        return LoopEnd.NextLoop;
    }

    private bool IsCandidate(GateResults gates) =>
        gates.Promise
        && gates.Tests != "failed"
        && (gates.Validation != "failed" || !_loop.Switch("validation.require_on_completion"))
        && (gates.Prerequisites != "failed" || !_loop.Switch("prerequisites.require_on_completion"))
        && gates.Checklist == "ok"
        && gates.Lifecycle == "ok";

    private async Task<LoopEnd?> CheckStuckAsync(int iteration, GateResults gates, bool candidate, bool noProgress)
    {
        var triggered = false;
        if (!candidate)
        {
            gates.StuckStreak = await _stuck.UpdateAsync();
            triggered = gates.StuckStreak >= _loop.StuckThreshold;
            if (!triggered && noProgress)
            {
                await _reports.WriteNotesAndSummaryAsync(iteration, gates);
                await _events.WriteAsync(
                    _runId,
                    iteration,
                    "no_progress_stop",
                    new JsonObject
                    {
                        ["reason"] = "checklist_remaining_no_change",
                        ["code_signature"] = _stuck.CodeSignature,
                        ["test_signature"] = _stuck.TestSignature,
                        ["streak"] = gates.StuckStreak,
                        ["threshold"] = _loop.StuckThreshold,
                    },
                    status: "blocked");
                return await StopAsync(iteration, Streak("no_progress", gates));
            }
        }

        if (triggered)
        {
            await _reports.WriteNotesAndSummaryAsync(iteration, gates);
        }

        await _events.WriteAsync(_runId, iteration, "stuck_checked", new JsonObject
        {
            ["streak"] = gates.StuckStreak,
            ["threshold"] = _loop.StuckThreshold,
            ["triggered"] = triggered,
            ["action"] = _loop.StuckAction,
        });
        if (!triggered || _loop.StuckAction != "report_and_stop")
        {
            return null;
        }

        Console.WriteLine($"Stuck detection triggered for loop '{_loop.Id}'. Stopping.");
        return await StopAsync(iteration, Streak("stuck", gates));
    }

    private async Task RequestApprovalAsync(int iteration, string startedAt, string endedAt, GateResults gates)
    {
        var candidateGates = new JsonObject();
        gates.AddTo(candidateGates, withApproval: false);
        await _files.RewriteAsync(
            _folder.Approval,
            JsonText.Pretty(new JsonObject
            {
                ["status"] = "pending",
                ["loop_id"] = _loop.Id,
                ["run_id"] = _runId,
                ["iteration"] = iteration,
                ["requested_at"] = _pace.Timestamp,
                ["iteration_started_at"] = startedAt,
                ["iteration_ended_at"] = endedAt,
                ["candidate"] = new JsonObject { ["promise"] = gates.PromiseMembers(_loop.CompletionPromise), ["gates"] = candidateGates },
                ["files"] = new JsonObject
                {
                    ["gate_summary"] = _folder.Relative(_folder.GateSummary),
                    ["evidence"] = _folder.Relative(_folder["evidence.json"]),
                    ["reviewer_report"] = _folder.Relative(_folder["review.md"]),
                    ["test_report"] = _folder.Relative(_folder["test-report.md"]),
                    ["plan"] = _folder.Relative(_folder["plan.md"]),
                    ["iteration_notes"] = _folder.Relative(_folder.Notes),
                },
            }),
            whileEmpty: CrashDuring("approval.json"));
        var requested = new JsonObject { ["approval_file"] = _folder.Relative(_folder.Approval), ["promise"] = gates.Promise };
        gates.AddTo(requested, withApproval: false);
        await _events.WriteAsync(_runId, iteration, "approval_requested", requested);
        Console.WriteLine($"Approval required for loop '{_loop.Id}'. Run: superloop.sh approve --repo {_repository} --loop {_loop.Id}");
        await WriteStateAsync(iteration, active: false);
    }

    private async Task<LoopEnd> StopAsync(int iteration, JsonObject data)
    {
        await _events.WriteAsync(_runId, iteration, "loop_stop", data);
        await WriteStateAsync(iteration, active: false);
        return LoopEnd.Stop(1);
    }

    private Task WriteStateAsync(int iteration, bool active) =>
        Leader.WriteStateAsync(_files, LoopFolder.StateOf(_repository), _pace, _loop.Index, iteration, _loop.Id, active, CrashDuring("state.json"));

    private Action CrashDuring(string point) => () => _crashes.Check(point, CrashMoment.During);

    private JsonObject Streak(string reason, GateResults gates) =>
        new() { ["reason"] = reason, ["streak"] = gates.StuckStreak, ["threshold"] = _loop.StuckThreshold };

    private JsonObject LoopStartData() => new()
    {
        ["spec_file"] = _loop.SpecFile,
        ["max_iterations"] = _loop.MaxIterations,
        ["tests_mode"] = _loop.TestsMode,
        ["test_commands"] = JsonText.Array(_loop.TestCommands),
        ["checklists"] = JsonText.Array(_loop.Checklists),
        ["prerequisites"] = new JsonObject
        {
            ["enabled"] = _loop.SwitchText("prerequisites.enabled", "false"),
            ["require_on_completion"] = _loop.SwitchText("prerequisites.require_on_completion", "false"),
        },
        ["delegation"] = new JsonObject
        {
            ["enabled"] = _loop.Switch("delegation.enabled"),
            ["dispatch_mode"] = _loop.Text("delegation.dispatch_mode", "serial"),
            ["wake_policy"] = _loop.Text("delegation.wake_policy", "on_wave_complete"),
            ["failure_policy"] = _loop.Text("delegation.failure_policy", "warn_and_continue"),
            ["max_children"] = _loop.Number("delegation.max_children", 1),
            ["max_parallel"] = _loop.Number("delegation.max_parallel", _loop.Number("delegation.max_children", 1)),
            ["max_waves"] = _loop.Number("delegation.max_waves", 1),
            ["child_timeout_seconds"] = _loop.Number("delegation.child_timeout_seconds", 300),
            ["retry_limit"] = _loop.Number("delegation.retry_limit", 0),
            ["retry_backoff_seconds"] = _loop.Number("delegation.retry_backoff_seconds", 0),
            ["retry_backoff_max_seconds"] = _loop.Number("delegation.retry_backoff_max_seconds", 30),
        },
        ["rlms"] = new JsonObject { ["enabled"] = _loop.Switch("rlms.enabled"), ["mode"] = _loop.Text("rlms.mode", "hybrid") },
        ["lifecycle"] = new JsonObject
        {
            ["feature_prefix"] = _loop.Text("lifecycle.feature_prefix", "feat/"),
            ["main_ref"] = _loop.MainRef,
            ["no_fetch"] = _loop.SwitchText("lifecycle.no_fetch", "false"),
            ["strict"] = _loop.SwitchText("lifecycle.strict", "true"),
            ["block_on_failure"] = _loop.SwitchText("lifecycle.block_on_failure", "true"),
        },
        ["git"] = new JsonObject
        {
            ["commit_strategy"] = _loop.CommitStrategy,
            ["commit_message"] = new JsonObject
            {
                ["authoring"] = _loop.Text("git.commit_message.authoring", "llm"),
                ["author_role"] = _loop.Text("git.commit_message.author_role", "reviewer"),
                ["timeout_seconds"] = Math.Max(30, _loop.Number("git.commit_message.timeout_seconds", 120)),
            },
        },
    };
}
