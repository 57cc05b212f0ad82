using System.Text.Json.Nodes;
using OpsManager.SuperloopSimulator.Scenario;

namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>The gates after the roles, from the promise to the lifecycle audit. Their results come from the scenario; nothing is executed.</summary>
internal sealed class GateRunner(ConfiguredLoop loop, LoopFolder folder, Pace pace, Pacing pacing, ArtifactWriter files, LoopReports reports, EventLog events)
{
    private static readonly string[] LifecycleChecks =
    [
        "ahead_without_pr", "pr_lookup_unknown", "stale_merged_local_branch", "stale_merged_remote_branch",
        "behind_and_dirty_worktree", "stale_merged_worktree", "threshold_failures",
    ];

    private string _runId = "";
    private int _iteration;

    public async Task<GateResults> RunAsync(string runId, int iteration, GateStep step)
    {
        (_runId, _iteration) = (runId, iteration);
        var gates = new GateResults();
        await CheckPromiseAsync(gates);
        await CheckChecklistsAsync(gates, step);
        await RunTestsAsync(gates, step);
        await ValidateAsync(gates, step);
        await CheckPrerequisitesAsync(gates, step);
        await CollectEvidenceAsync(gates);
        await AuditLifecycleAsync(gates, step);
        return gates;
    }

    public static JsonObject LifecycleStop(LoopFolder folder, GateResults gates) => new()
    {
        ["reason"] = "lifecycle_gate_failed",
        ["status"] = gates.Lifecycle,
        ["audit_file"] = folder.Relative(folder["lifecycle-audit.json"]),
        ["output_file"] = folder.Relative(folder["lifecycle-audit.txt"]),
    };

    private Task LogAsync(string name, JsonObject data) => events.WriteAsync(_runId, _iteration, name, data);

    private async Task CheckPromiseAsync(GateResults gates)
    {
        var message = folder.LastMessage(loop.Roles[^1]);
        var text = File.Exists(message) ? await File.ReadAllTextAsync(message) : "";
        var (open, close) = (text.IndexOf("<promise>", StringComparison.Ordinal), text.IndexOf("</promise>", StringComparison.Ordinal));
        gates.PromiseText = open >= 0 && close > open && loop.CompletionPromise.Length > 0 ? text[(open + "<promise>".Length)..close] : "";
        gates.Promise = gates.PromiseText.Length > 0 && gates.PromiseText == loop.CompletionPromise;
        await LogAsync("promise_checked", new JsonObject { ["expected"] = loop.CompletionPromise, ["text"] = gates.PromiseText, ["matched"] = gates.Promise });
    }

    private async Task CheckChecklistsAsync(GateResults gates, GateStep step)
    {
        await LogAsync("checklist_start", new JsonObject { ["patterns"] = JsonText.Array(loop.Checklists) });
        var remaining = loop.Checklists.Count > 0 ? step.ChecklistRemaining : 0;
        await files.RewriteAsync(folder["checklist-remaining.md"], string.Concat(Enumerable.Range(1, remaining).Select(item => $"{loop.Checklists[0]}:{item + 3}:- [ ] Item {item}\n")), gap: 0);
        await files.RewriteAsync(folder["checklist-missing.md"], "", gap: 0);
        gates.Checklist = remaining == 0 ? "ok" : "remaining";
        var details = new JsonObject { ["ok"] = remaining == 0, ["remaining"] = remaining, ["generated_at"] = pace.Timestamp };
        await files.RewriteAsync(folder["checklist-status.json"], JsonText.Pretty(details));
        await LogAsync("checklist_end", new JsonObject { ["status"] = gates.Checklist, ["ok"] = remaining == 0, ["details"] = details });
    }

    private async Task RunTestsAsync(GateResults gates, GateStep step)
    {
        await LogAsync("tests_start", new JsonObject { ["mode"] = loop.TestsMode, ["commands"] = JsonText.Array(loop.TestCommands) });
        var runs = loop.TestsMode == "every" || (loop.TestsMode == "on_promise" && (gates.Promise || gates.Checklist == "ok"));
        await files.RewriteAsync(folder.TestOutput, "", gap: 0);
        JsonObject details;
        if (runs)
        {
            await pace.WaitAsync(pacing.GateMs);
            var exitCode = step.Tests ? 0 : 1;
            await files.RewriteAsync(
                folder.TestOutput,
                string.Concat(loop.TestCommands.Select(command => $"$ {command}\n{string.Concat(step.TestOutput.Select(line => line + "\n"))}exit_code: {exitCode}\n\n")));
            gates.Tests = step.Tests ? "ok" : "failed";
            details = new JsonObject { ["ok"] = step.Tests, ["exit_code"] = exitCode, ["generated_at"] = pace.Timestamp };
        }
        else
        {
            details = new JsonObject { ["ok"] = true, ["skipped"] = true, ["generated_at"] = pace.Timestamp };
        }

        await files.RewriteAsync(folder["test-status.json"], JsonText.Pretty(details));
        await LogAsync("tests_end", new JsonObject { ["status"] = gates.Tests, ["details"] = details });
    }

    private async Task ValidateAsync(GateResults gates, GateStep step)
    {
        var mode = loop.Text("validation.mode", "every");
        await LogAsync("validation_start", new JsonObject { ["enabled"] = loop.SwitchText("validation.enabled", "false"), ["mode"] = mode });
        var runs = loop.Switch("validation.enabled") && (mode == "every" || (mode == "on_promise" && (gates.Promise || gates.Checklist == "ok")));
        if (runs)
        {
            await WriteCheckedAsync("validation", step.Validation);
            gates.Validation = step.Validation ? "ok" : "failed";
        }
        else if (loop.Switch("validation.enabled"))
        {
            await files.RewriteAsync(folder["validation-status.json"], JsonText.Pretty(Status(ok: true, "skipped", resultsFile: null)));
        }

        await LogAsync("validation_end", ResultsEnd(gates.Validation, "validation-results.json"));
    }

    private async Task CheckPrerequisitesAsync(GateResults gates, GateStep step)
    {
        await LogAsync("prerequisites_start", new JsonObject
        {
            ["enabled"] = loop.SwitchText("prerequisites.enabled", "false"),
            ["require_on_completion"] = loop.SwitchText("prerequisites.require_on_completion", "false"),
        });
        if (loop.Switch("prerequisites.enabled"))
        {
            await WriteCheckedAsync("prerequisites", step.Prerequisites);
            gates.Prerequisites = step.Prerequisites ? "ok" : "failed";
        }
        else
        {
            await files.RewriteAsync(folder["prerequisites-status.json"], JsonText.Pretty(Status(ok: true, "skipped", resultsFile: null)));
        }

        await LogAsync("prerequisites_end", ResultsEnd(gates.Prerequisites, "prerequisites-results.json"));
    }

    private async Task CollectEvidenceAsync(GateResults gates)
    {
        await LogAsync("evidence_start", new JsonObject { ["enabled"] = loop.SwitchText("evidence.enabled", "false") });
        if (loop.EvidenceEnabled)
        {
            await reports.WriteEvidenceAsync(_iteration);
            gates.Evidence = "ok";
        }

        await LogAsync("evidence_end", new JsonObject { ["status"] = gates.Evidence, ["evidence_file"] = folder.Relative(folder["evidence.json"]) });
    }

    private async Task AuditLifecycleAsync(GateResults gates, GateStep step)
    {
        var prefix = loop.Text("lifecycle.feature_prefix", "feat/");
        var strict = loop.SwitchText("lifecycle.strict", "true");
        var noFetch = loop.SwitchText("lifecycle.no_fetch", "false");
        await LogAsync("lifecycle_start", new JsonObject
        {
            ["feature_prefix"] = prefix,
            ["main_ref"] = loop.MainRef,
            ["strict"] = strict,
            ["no_fetch"] = noFetch,
            ["require_on_completion"] = loop.SwitchText("lifecycle.require_on_completion", "true"),
            ["block_on_failure"] = loop.SwitchText("lifecycle.block_on_failure", "true"),
        });
        await pace.WaitAsync(pacing.GateMs);
        gates.Lifecycle = step.Lifecycle ? "ok" : "failed";
        var failures = step.Lifecycle ? 0 : 1;
        string[] found = step.Lifecycle ? [] : ["feat/left-over"];
        var (counts, details) = (new JsonObject(), new JsonObject());
        foreach (var check in LifecycleChecks)
        {
            var fails = check is "stale_merged_local_branch" or "threshold_failures";
            counts[check] = fails ? failures : 0;
            details[check] = JsonText.Array(fails ? found : []);
        }

        var (audit, output) = (folder["lifecycle-audit.json"], folder["lifecycle-audit.txt"]);
        await files.RewriteAsync(audit, JsonText.Pretty(new JsonObject
        {
            ["generated_at"] = pace.Timestamp,
            ["repo"] = folder.Repository,
            ["feature_prefix"] = prefix,
            ["main_ref"] = loop.MainRef,
            ["strict"] = strict == "true",
            ["gh_available"] = false,
            ["counts"] = counts,
            ["details"] = details,
            ["status"] = step.Lifecycle ? "pass" : "fail",
        }));
        await files.RewriteAsync(output, $"Lifecycle audit\n  repo: {folder.Repository}\n  feature_prefix: {prefix}\n  main_ref: {loop.MainRef}\n\njson report written: {audit}\n", gap: 0);
        await files.RewriteAsync(folder["lifecycle-status.json"], JsonText.Pretty(new JsonObject
        {
            ["generated_at"] = pace.Timestamp,
            ["status"] = gates.Lifecycle,
            ["ok"] = step.Lifecycle,
            ["main_ref"] = loop.MainRef,
            ["feature_prefix"] = prefix,
            ["strict"] = strict,
            ["no_fetch"] = noFetch,
            ["threshold_failures"] = failures,
            ["audit_file"] = folder.Relative(audit),
            ["output_file"] = folder.Relative(output),
        }));
        await LogAsync("lifecycle_end", new JsonObject
        {
            ["status"] = gates.Lifecycle,
            ["ok"] = step.Lifecycle,
            ["audit_file"] = folder.Relative(audit),
            ["output_file"] = folder.Relative(output),
        });
    }

    private async Task WriteCheckedAsync(string gate, bool ok)
    {
        await pace.WaitAsync(pacing.GateMs);
        var results = folder[gate + "-results.json"];
        await files.RewriteAsync(results, JsonText.Pretty(new JsonObject { ["ok"] = ok, ["generated_at"] = pace.Timestamp, ["loop_id"] = loop.Id, ["iteration"] = _iteration, ["checks"] = new JsonArray() }));
        await files.RewriteAsync(folder[gate + "-status.json"], JsonText.Pretty(Status(ok, ok ? "ok" : "failed", folder.Relative(results))));
    }

    private JsonObject Status(bool ok, string status, string? resultsFile) =>
        new() { ["ok"] = ok, ["status"] = status, ["generated_at"] = pace.Timestamp, ["results_file"] = resultsFile };

    private JsonObject ResultsEnd(string status, string results) =>
        new() { ["status"] = status, ["results_file"] = File.Exists(folder[results]) ? folder.Relative(folder[results]) : "" };
}
