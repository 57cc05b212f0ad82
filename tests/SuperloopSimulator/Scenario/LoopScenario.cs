using System.ComponentModel;

namespace OpsManager.SuperloopSimulator.Scenario;

[Description("One loop: the settings that prepare writes into config.json, and the behaviour that run plays.")]
internal sealed record LoopScenario
{
    [Description("The loop's id.")]
    public required string Id { get; init; }

    [Description("Roles in the order in which they run. For config.json.")]
    public IReadOnlyList<string> Roles { get; init; } = ["implementer", "reviewer"];

    [Description("Iterations after which the loop stops; 0 for none. For config.json.")]
    public int MaxIterations { get; init; } = 10;

    [Description("The text the last role has to promise. For config.json.")]
    public string CompletionPromise { get; init; } = "DONE";

    [Description("Whether a complete candidate waits for a person. For config.json.")]
    public bool Approval { get; init; }

    [Description("Checklist files. For config.json; prepare creates them.")]
    public IReadOnlyList<string> Checklists { get; init; } = [];

    [Description("When tests are run: disabled, every or on_promise. For config.json.")]
    public string TestsMode { get; init; } = "disabled";

    [Description("Whether validation is enabled and required. For config.json.")]
    public bool Validation { get; init; }

    [Description("Whether prerequisites are enabled and required. For config.json.")]
    public bool Prerequisites { get; init; }

    [Description("Whether a failing lifecycle audit stops the loop. For config.json.")]
    public bool LifecycleBlocks { get; init; } = true;

    [Description("Superloop's own stuck detection. For config.json; off when absent.")]
    public StuckSettings? Stuck { get; init; }

    [Description("Role time-outs in seconds by role, or 'default' and 'inactivity'. For config.json; off when absent.")]
    public IReadOnlyDictionary<string, int>? Timeouts { get; init; }

    [Description("Whether a quota block waits for the reset instead of stopping. For config.json.")]
    public bool WaitOnUsageLimit { get; init; }

    [Description("never, per_iteration or on_test_pass. For config.json.")]
    public string CommitStrategy { get; init; } = "never";

    [Description("A command that precedes each commit. For config.json; never run, only logged.")]
    public string PreCommitCommand { get; init; } = "";

    [Description("The iteration in which the last role gives the promise, for the first run, the second, ...; the last number holds for further runs; empty for never.")]
    public IReadOnlyList<int> PromiseAt { get; init; } = [1];

    [Description("How long a role works unless a step says otherwise.")]
    public int RoleMs { get; init; } = 2000;

    [Description("How often a role writes a line unless a step says otherwise; 0 for once.")]
    public int TickMs { get; init; } = 1000;

    [Description("How single roles behave; the first that matches run, iteration and role counts.")]
    public IReadOnlyList<RoleStep> Steps { get; init; } = [];

    [Description("What the gates of an iteration say; the first that matches run and iteration counts; all pass otherwise.")]
    public IReadOnlyList<GateStep> Gates { get; init; } = [];

    [Description("Where the runtime process dies (SIGKILL).")]
    public IReadOnlyList<CrashPoint> Crashes { get; init; } = [];

    [Description("Makes the start fail before the first event.")]
    public StartRefusal? Refuses { get; init; }

    public int PromiseIteration(int run) => PromiseAt.Count == 0 ? 0 : PromiseAt[Math.Min(run, PromiseAt.Count) - 1];

    public RoleStep Step(int run, int iteration, string role) =>
        Steps.FirstOrDefault(step => (step.Run ?? run) == run && (step.Iteration ?? iteration) == iteration && (step.Role ?? role) == role) ?? new RoleStep();

    public GateStep Gate(int run, int iteration) =>
        Gates.FirstOrDefault(gate => (gate.Run ?? run) == run && (gate.Iteration ?? iteration) == iteration) ?? new GateStep();
}
