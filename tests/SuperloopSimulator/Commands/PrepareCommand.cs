using System.Text.Json.Nodes;
using OpsManager.SuperloopSimulator.Roles;
using OpsManager.SuperloopSimulator.Runtime;
using OpsManager.SuperloopSimulator.Scenario;

namespace OpsManager.SuperloopSimulator.Commands;

/// <summary><c>prepare</c>: what <c>superloop.sh init</c> and an operator's edits of config.json leave, plus the scenario.</summary>
internal sealed class PrepareCommand(string repository, string scenarioPath, double? speed)
{
    private static readonly string[] RoleNames = ["planner", "implementer", "tester", "reviewer"];

    public int Run()
    {
        var scenario = ScenarioFiles.Read(scenarioPath);
        if (scenario.Loops.Count == 0)
        {
            throw RuntimeExit.Die("the scenario has no loops");
        }

        scenario = scenario with { Schema = null, Speed = speed ?? scenario.Speed };
        var superloop = Path.Combine(repository, ".superloop");
        foreach (var name in new[] { "roles", "specs", "logs" })
        {
            Directory.CreateDirectory(Path.Combine(superloop, name));
        }

        foreach (var role in RoleNames)
        {
            File.WriteAllText(Path.Combine(superloop, "roles", role + ".md"), $"# {role}\n\nA simulated {role}.\n");
        }

        File.WriteAllText(Path.Combine(superloop, "specs", "initiation.md"), $"# Specification\n\n{scenario.Description}\n");
        File.WriteAllText(Path.Combine(superloop, "config.json"), JsonText.Pretty(Config(scenario)));
        foreach (var loop in scenario.Loops)
        {
            foreach (var checklist in loop.Checklists)
            {
                var path = Path.Combine(repository, checklist);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, RoleProcess.ChecklistText(loop.Gate(1, 1).ChecklistRemaining));
            }
        }

        var folder = ScenarioFiles.FolderIn(repository);
        Directory.CreateDirectory(folder);
        foreach (var memory in Directory.EnumerateFiles(folder, "*.memory.json"))
        {
            File.Delete(memory);
        }

        File.WriteAllText(ScenarioFiles.PathIn(repository), ScenarioFiles.Write(scenario));
        Console.WriteLine($"Prepared {superloop} for {string.Join(", ", scenario.Loops.Select(loop => loop.Id))}");
        return 0;
    }

    private static JsonObject Config(SimulatedRuntime scenario) => new()
    {
        ["runners"] = new JsonObject
        {
            ["simulated"] = new JsonObject { ["command"] = new JsonArray(Path.Combine(AppContext.BaseDirectory, "superloop-simulator")), ["args"] = new JsonArray(), ["prompt_mode"] = "stdin" },
        },
        ["loops"] = new JsonArray([.. scenario.Loops.Select(loop => (JsonNode?)LoopConfig(loop))]),
    };

    private static JsonObject LoopConfig(LoopScenario loop)
    {
        var timeouts = new JsonObject { ["enabled"] = loop.Timeouts is not null, ["default"] = 900, ["planner"] = 300, ["implementer"] = 900, ["tester"] = 300, ["reviewer"] = 1200 };
        foreach (var (role, seconds) in loop.Timeouts ?? new Dictionary<string, int>())
        {
            timeouts[role] = seconds;
        }

        var roles = new JsonObject();
        foreach (var role in loop.Roles)
        {
            roles[role] = new JsonObject { ["runner"] = "simulated" };
        }

        return new JsonObject
        {
            ["id"] = loop.Id,
            ["spec_file"] = ".superloop/specs/initiation.md",
            ["max_iterations"] = loop.MaxIterations,
            ["completion_promise"] = loop.CompletionPromise,
            ["checklists"] = JsonText.Array(loop.Checklists),
            ["tests"] = new JsonObject { ["mode"] = loop.TestsMode, ["commands"] = JsonText.Array(loop.TestsMode == "disabled" ? [] : ["test -f README.md"]) },
            ["validation"] = new JsonObject { ["enabled"] = loop.Validation, ["mode"] = "every", ["require_on_completion"] = loop.Validation },
            ["prerequisites"] = new JsonObject { ["enabled"] = loop.Prerequisites, ["require_on_completion"] = loop.Prerequisites, ["checks"] = new JsonArray() },
            ["evidence"] = new JsonObject { ["enabled"] = true, ["require_on_completion"] = true, ["artifacts"] = new JsonArray() },
            ["lifecycle"] = new JsonObject
            {
                ["enabled"] = true,
                ["require_on_completion"] = true,
                ["strict"] = true,
                ["block_on_failure"] = loop.LifecycleBlocks,
                ["feature_prefix"] = "feat/",
                ["main_ref"] = "origin/main",
                ["no_fetch"] = false,
            },
            ["approval"] = new JsonObject { ["enabled"] = loop.Approval, ["require_on_completion"] = true },
            ["reviewer_packet"] = new JsonObject { ["enabled"] = true },
            ["timeouts"] = timeouts,
            ["stuck"] = new JsonObject { ["enabled"] = loop.Stuck is not null, ["threshold"] = loop.Stuck?.Threshold ?? 5, ["action"] = loop.Stuck?.Action ?? "report_and_stop", ["ignore"] = new JsonArray(".superloop/**", ".git/**") },
            ["usage_check"] = new JsonObject { ["enabled"] = true, ["wait_on_limit"] = loop.WaitOnUsageLimit },
            ["delegation"] = new JsonObject { ["enabled"] = false },
            ["git"] = new JsonObject
            {
                ["commit_strategy"] = loop.CommitStrategy,
                ["pre_commit_commands"] = loop.PreCommitCommand,
                ["commit_message"] = new JsonObject { ["authoring"] = "llm", ["author_role"] = "reviewer", ["timeout_seconds"] = 120, ["max_subject_length"] = 72 },
            },
            ["roles"] = roles,
        };
    }
}
