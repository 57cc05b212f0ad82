using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>The files about a loop that are not its log: notes, gate summary, reviewer packet, evidence, run summary, timeline.</summary>
internal sealed class LoopReports(LoopFolder folder, ConfiguredLoop loop, Pace pace, ArtifactWriter files)
{
    private static readonly (string Name, string File)[] SummaryArtifacts =
    [
        ("plan", "plan.md"), ("implementer", "implementer.md"), ("test_report", "test-report.md"), ("reviewer", "review.md"),
        ("test_output", "test-output.txt"), ("test_status", "test-status.json"), ("prerequisites_status", "prerequisites-status.json"),
        ("prerequisites_results", "prerequisites-results.json"), ("checklist_status", "checklist-status.json"),
        ("checklist_remaining", "checklist-remaining.md"), ("evidence", "evidence.json"), ("lifecycle_status", "lifecycle-status.json"),
        ("lifecycle_audit", "lifecycle-audit.json"), ("validation_status", "validation-status.json"),
        ("validation_results", "validation-results.json"), ("gate_summary", "gate-summary.txt"), ("iteration_notes", "iteration_notes.md"),
        ("events", "events.jsonl"), ("reviewer_packet", "reviewer-packet.md"), ("approval", "approval.json"), ("decisions", "decisions.jsonl"),
        ("decisions_md", "decisions.md"), ("rlms_index", "rlms/index.json"), ("delegation_index", "delegation/index.json"),
    ];

    public async Task WriteNotesAndSummaryAsync(int iteration, GateResults gates)
    {
        var promise = Word(gates.Promise);
        await files.RewriteAsync(folder.Notes, string.Create(CultureInfo.InvariantCulture, $"""
            Iteration: {iteration}
            Loop: {loop.Id}
            Promise matched: {promise}
            Tests: {gates.Tests} (mode: {loop.TestsMode})
            Validation: {gates.Validation}
            Prerequisites: {gates.Prerequisites}
            Checklist: {gates.Checklist}
            Evidence: {gates.Evidence}
            Lifecycle: {gates.Lifecycle}
            Approval: {gates.Approval}
            Stuck streak: {gates.StuckStreak}/{loop.StuckThreshold}
            Generated at: {pace.Timestamp}

            Next steps:
            - Review test output and checklist remaining items.
            - Update plan or code to address failures.

            """));
        await files.RewriteAsync(
            folder.GateSummary,
            $"promise={promise} tests={gates.Tests} validation={gates.Validation} prerequisites={gates.Prerequisites} checklist={gates.Checklist} evidence={gates.Evidence} lifecycle={gates.Lifecycle} stuck={StuckValue(gates)} approval={gates.Approval}\n");
    }

    public string StuckValue(GateResults gates) =>
        loop.StuckEnabled ? string.Create(CultureInfo.InvariantCulture, $"{gates.StuckStreak}/{loop.StuckThreshold}") : "n/a";

    public async Task WriteReviewerPacketAsync(int iteration)
    {
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"# Reviewer Packet\n\nLoop: {loop.Id}\nIteration: {iteration}\nGenerated at: {pace.Timestamp}\n");
        Section("Gate Summary", "gate-summary.txt", "Missing gate summary.");
        Section("Test Status", "test-status.json", "Missing test status.");
        Section("Test Report", "test-report.md", "Missing test report.");
        Section("Checklist Status", "checklist-status.json", "Missing checklist status.");
        Section("Checklist Remaining", "checklist-remaining.md", "Missing checklist remaining list.");
        Section("Evidence", "evidence.json", "Missing evidence manifest.");
        Section("Validation", "validation-status.json", "Missing validation status.");
        await files.RewriteAsync(folder["reviewer-packet.md"], text.ToString());

        void Section(string title, string name, string missing) =>
            text.Append(CultureInfo.InvariantCulture, $"\n## {title}\n{(File.Exists(folder[name]) ? File.ReadAllText(folder[name]) : missing + "\n")}");
    }

    public async Task WriteEvidenceAsync(int iteration)
    {
        await files.RewriteAsync(folder["evidence-artifacts.jsonl"], "", gap: 0);
        await files.RewriteAsync(folder["evidence-rlms-latest.jsonl"], "", gap: 0);
        var tests = new JsonObject { ["mode"] = loop.TestsMode, ["commands"] = JsonText.Array(loop.TestCommands), ["status"] = JsonText.TryRead(folder["test-status.json"]) };
        AddFile(tests, "status", "test-status.json");
        AddFile(tests, "output", "test-output.txt");
        var checklists = new JsonObject { ["patterns"] = JsonText.Array(loop.Checklists), ["status"] = JsonText.TryRead(folder["checklist-status.json"]) };
        AddFile(checklists, "status", "checklist-status.json");
        AddFile(checklists, "remaining", "checklist-remaining.md");
        var evidence = new JsonObject
        {
            ["generated_at"] = pace.Timestamp,
            ["loop_id"] = loop.Id,
            ["iteration"] = iteration,
            ["spec_file"] = loop.SpecFile,
            ["tests"] = tests,
            ["checklists"] = checklists,
            ["validation"] = new JsonObject
            {
                ["status"] = JsonText.TryRead(folder["validation-status.json"]),
                ["status_file"] = folder.Relative(folder["validation-status.json"]),
                ["results"] = JsonText.TryRead(folder["validation-results.json"]),
                ["results_file"] = folder.Relative(folder["validation-results.json"]),
            },
            ["rlms"] = new JsonObject
            {
                ["index_file"] = folder.Relative(folder["rlms/index.json"]),
                ["index"] = null,
                ["index_sha256"] = null,
                ["index_mtime"] = null,
                ["latest"] = new JsonArray(),
            },
            ["artifacts"] = new JsonArray(),
        };
        await files.RewriteAsync(folder["evidence.json"], JsonText.Pretty(evidence));
    }

    public async Task AppendRunSummaryAsync(string runId, int iteration, string startedAt, string endedAt, GateResults gates, bool completed, Action whileEmpty)
    {
        var artifacts = new JsonObject();
        foreach (var (name, file) in SummaryArtifacts)
        {
            artifacts[name] = FileFacts(file, name == "approval" ? name : null);
        }

        var summaryGates = new JsonObject();
        gates.AddTo(summaryGates);
        var entry = new JsonObject
        {
            ["run_id"] = runId,
            ["iteration"] = iteration,
            ["started_at"] = startedAt,
            ["ended_at"] = endedAt,
            ["promise"] = gates.PromiseMembers(loop.CompletionPromise),
            ["gates"] = summaryGates,
            ["tests_mode"] = loop.TestsMode,
            ["stuck"] = new JsonObject { ["streak"] = gates.StuckStreak, ["threshold"] = loop.StuckThreshold },
            ["delegation"] = new JsonObject(),
            ["completion_ok"] = completed,
            ["artifacts"] = artifacts,
        };
        await files.RewriteAsync(folder["run-summary-entry.json"], JsonText.Pretty(entry), whileEmpty: whileEmpty);
        var summary = JsonText.TryRead(folder.RunSummary) ?? new JsonObject { ["version"] = 1, ["loop_id"] = loop.Id, ["updated_at"] = "", ["entries"] = new JsonArray() };
        summary["entries"]!.AsArray().Add((JsonNode)entry);
        summary["updated_at"] = pace.Timestamp;
        await files.ReplaceAsync(folder.RunSummary, JsonText.Pretty(summary));
        await WriteTimelineAsync(summary);
    }

    private static string Word(bool value) => value ? "true" : "false";

    private async Task WriteTimelineAsync(JsonObject summary)
    {
        var text = new StringBuilder($"# Timeline\n\nLoop: {loop.Id}\n\n");
        foreach (var entry in summary["entries"]!.AsArray())
        {
            var gates = entry!["gates"]!;
            text.Append(
                CultureInfo.InvariantCulture,
                $"- {entry["ended_at"]} run={entry["run_id"]} iter={entry["iteration"]} promise={Word(entry["promise"]!["matched"]!.GetValue<bool>())} tests={gates["tests"]} validation={gates["validation"]} prerequisites={gates["prerequisites"]} checklist={gates["checklist"]} evidence={gates["evidence"]} lifecycle={gates["lifecycle"]} approval={gates["approval"]} stuck={entry["stuck"]!["streak"]}/{entry["stuck"]!["threshold"]} delegation_roles=0 delegation_enabled=0 delegation_children=0 delegation_failed=0 delegation_recon_violations=0 completion={Word(entry["completion_ok"]!.GetValue<bool>())}\n");
        }

        await files.RewriteAsync(folder["timeline.md"], text.ToString());
    }

    private JsonObject FileFacts(string name, string? gate)
    {
        var facts = new JsonObject { ["path"] = folder.Relative(folder[name]), ["exists"] = File.Exists(folder[name]) };
        if (File.Exists(folder[name]))
        {
            facts["sha256"] = Hash(folder[name]);
            facts["mtime"] = ModifiedAt(folder[name]);
        }

        if (gate is not null)
        {
            facts["gate"] = gate;
        }

        return facts;
    }

    private void AddFile(JsonObject members, string prefix, string name)
    {
        var exists = File.Exists(folder[name]);
        members[prefix + "_file"] = folder.Relative(folder[name]);
        members[prefix + "_sha256"] = exists ? Hash(folder[name]) : null;
        members[prefix + "_mtime"] = exists ? ModifiedAt(folder[name]) : null;
    }

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    private static long ModifiedAt(string path) => new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero).ToUnixTimeSeconds();
}
