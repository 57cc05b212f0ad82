using System.Globalization;

namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>Where a loop's artifacts are.</summary>
internal sealed class LoopFolder(string repository, string loopId)
{
    public string Repository => repository;

    public string LoopId => loopId;

    public string Root { get; } = Path.Combine(repository, ".superloop", "loops", loopId);

    public string Events => this["events.jsonl"];

    public string RunSummary => this["run-summary.json"];

    public string Approval => this["approval.json"];

    public string Stuck => this["stuck.json"];

    public string Usage => this["usage.jsonl"];

    public string TestOutput => this["test-output.txt"];

    public string Notes => this["iteration_notes.md"];

    public string GateSummary => this["gate-summary.txt"];

    public string this[string name] => Path.Combine(Root, name);

    public static string StateOf(string repository) => Path.Combine(repository, ".superloop", "state.json");

    public static string ActiveRunOf(string repository) => Path.Combine(repository, ".superloop", "active-run.json");

    public string Logs(int iteration) => Path.Combine(Root, "logs", string.Create(CultureInfo.InvariantCulture, $"iter-{iteration}"));

    public string LastMessage(string role) => Path.Combine(Root, "last_messages", role + ".txt");

    public string Prompt(string role) => Path.Combine(Root, "prompts", role + ".md");

    public string Relative(string path) => Path.GetRelativePath(repository, path);
}
