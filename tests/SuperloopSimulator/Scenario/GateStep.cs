using System.ComponentModel;

namespace OpsManager.SuperloopSimulator.Scenario;

[Description("What the gates of an iteration say.")]
internal sealed record GateStep
{
    [Description("The run of the loop, from 1; any when absent.")]
    public int? Run { get; init; }

    [Description("The iteration, from 1; any when absent.")]
    public int? Iteration { get; init; }

    [Description("Whether the tests pass, when they are run.")]
    public bool Tests { get; init; } = true;

    [Description("What the tests write; lines that begin with Error or FAIL are the failing-test signature.")]
    public IReadOnlyList<string> TestOutput { get; init; } = [];

    [Description("Whether validation passes.")]
    public bool Validation { get; init; } = true;

    [Description("Whether the prerequisites pass.")]
    public bool Prerequisites { get; init; } = true;

    [Description("Whether the lifecycle audit passes.")]
    public bool Lifecycle { get; init; } = true;

    [Description("Open items of the checklists.")]
    public int ChecklistRemaining { get; init; }

    [Description("How the commit ends.")]
    public CommitOutcome Commit { get; init; }

    [Description("Whether the commit message is the template because writing one failed.")]
    public bool CommitMessageFallback { get; init; }
}
