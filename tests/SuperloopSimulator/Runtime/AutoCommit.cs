using System.Globalization;
using System.Text.Json.Nodes;
using OpsManager.SuperloopSimulator.Scenario;

namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>The commit after an iteration: its events and files. No commit is made.</summary>
internal sealed class AutoCommit(ConfiguredLoop loop, LoopFolder folder, LoopMemory memory, EventLog events)
{
    public async Task RunAsync(string runId, int iteration, GateResults gates, GateStep step)
    {
        if (loop.CommitStrategy is "never" or "")
        {
            return;
        }

        Task Log(string name, JsonObject data) => events.WriteAsync(runId, iteration, name, data);
        if (loop.CommitStrategy == "on_test_pass" && gates.Tests != "ok")
        {
            await Log("auto_commit_skipped", new JsonObject { ["reason"] = "tests_not_passing", ["tests_status"] = gates.Tests });
            return;
        }

        if (step.Commit is CommitOutcome.NoChanges or CommitOutcome.NothingStaged)
        {
            await Log("auto_commit_skipped", new JsonObject { ["reason"] = step.Commit == CommitOutcome.NoChanges ? "no_changes" : "nothing_staged" });
            return;
        }

        if (loop.PreCommitCommand.Length > 0)
        {
            await Log("pre_commit_executed", new JsonObject { ["command"] = loop.PreCommitCommand, ["exit_code"] = 0, ["output"] = "" });
            await File.WriteAllTextAsync(folder["lint-feedback.txt"], $"# Lint Feedback (Iteration {iteration})\n\nCommand: {loop.PreCommitCommand}\nExit Code: 0\nStatus: SUCCESS\n\n## Output:\n\n");
        }

        Directory.CreateDirectory(folder["commit-message"]);
        var stem = string.Create(CultureInfo.InvariantCulture, $"commit-message/iter-{iteration}");
        var role = loop.Text("git.commit_message.author_role", "reviewer");
        var message = new JsonObject { ["source"] = step.CommitMessageFallback ? "template" : "llm" };
        if (step.CommitMessageFallback)
        {
            message["requested_source"] = "llm";
        }

        message["author_role"] = role;
        foreach (var (name, file) in new[] { ("prompt_file", ".llm.prompt.md"), ("log_file", ".llm.log"), ("last_message_file", ".llm.last.txt") })
        {
            await File.WriteAllTextAsync(folder[stem + file], "");

            // The real one sets these names in a subshell, so that they are lost and the event says nothing.
            message[name] = "";
        }

        await Log(step.CommitMessageFallback ? "auto_commit_message_fallback" : "auto_commit_message_generated", message);
        var subject = $"[superloop] {loop.Id} iteration {iteration}: unknown (tests: {gates.Tests})";
        var final = folder[stem + ".final.txt"];
        await File.WriteAllTextAsync(final, subject + "\n");
        var source = step.CommitMessageFallback ? "template" : "llm";
        if (step.Commit == CommitOutcome.Failed)
        {
            await Log("auto_commit_failed", new JsonObject { ["error"] = "the hook refused the commit", ["strategy"] = loop.CommitStrategy, ["message_source"] = source, ["author_role"] = role });
            return;
        }

        await Log("auto_commit_success", new JsonObject
        {
            ["sha"] = string.Create(CultureInfo.InvariantCulture, $"{memory.Run:x3}{iteration:x4}"),
            ["subject"] = subject,
            ["strategy"] = loop.CommitStrategy,
            ["message_source"] = source,
            ["author_role"] = role,
            ["message_file"] = folder.Relative(final),
        });

        // Committed work no longer shows in the work tree, which is all the runtime's signature looks at.
        memory.CodeChanged("empty");
    }
}
