using System.Text.Json.Nodes;
using OpsManager.SuperloopSimulator.Runtime;
using OpsManager.SuperloopSimulator.Scenario;

namespace OpsManager.SuperloopSimulator.Commands;

/// <summary><c>approve</c>: records a decision. Only the next run acts on it.</summary>
internal sealed class ApproveCommand(string repository, string loopId, bool reject, string? by, string? note)
{
    public async Task<int> RunAsync()
    {
        var folder = new LoopFolder(repository, loopId);
        if (!File.Exists(folder.Approval))
        {
            throw RuntimeExit.Die($"no approval request found for loop '{loopId}'");
        }

        var approval = JsonText.TryRead(folder.Approval) ?? throw new RuntimeExit(2, "jq: parse error");
        var status = approval.Text("status") ?? "pending";
        if (status != "pending")
        {
            throw RuntimeExit.Die($"approval request is not pending (status={status})");
        }

        var scenario = ScenarioFiles.Find(repository, path: null);
        var pace = Pace.Of(scenario, asked: null);
        var decision = reject ? "rejected" : "approved";
        var decider = string.IsNullOrEmpty(by) ? Environment.GetEnvironmentVariable("USER") ?? "unknown" : by;
        var remark = string.IsNullOrEmpty(note) ? null : note;
        var at = pace.Timestamp;
        var (runId, iteration) = (approval.Text("run_id") ?? "unknown", approval.Number("iteration") ?? 0);
        approval["status"] = decision;
        approval["decision"] = Decision();
        approval["decided_at"] = at;
        approval["decided_by"] = decider;
        approval["decided_note"] = remark;
        await new ArtifactWriter(pace, scenario.Pacing.WriteGapMs).ReplaceAsync(folder.Approval, JsonText.Pretty(approval));

        var file = folder.Relative(folder.Approval);
        ArtifactWriter.Append(folder["decisions.jsonl"], JsonText.Line(JsonText.WithoutNulls(new JsonObject
        {
            ["timestamp"] = at,
            ["loop_id"] = loopId,
            ["run_id"] = runId,
            ["iteration"] = iteration,
            ["decision"] = decision,
            ["by"] = decider,
            ["note"] = remark,
            ["approval_file"] = file,
        })));
        ArtifactWriter.Append(
            folder["decisions.md"],
            $"## {at} {decision}\n\n- Loop: {loopId}\n- Run: {runId}\n- Iteration: {iteration}\n- Decision: {decision}\n- By: {decider}\n{(remark is null ? "" : $"- Note: {remark}\n")}- Approval file: {file}\n\n");
        await new EventLog(folder, pace, scenario.Pacing, new CrashPlan([], 0)).WriteAsync(runId, iteration, "approval_decision", Decision(), "human", decision);
        Console.WriteLine($"Recorded approval decision ({decision}) for loop '{loopId}'.");
        return 0;

        JsonObject Decision() => new() { ["status"] = decision, ["by"] = decider, ["note"] = remark, ["at"] = at };
    }
}
