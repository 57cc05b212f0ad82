using System.Text.RegularExpressions;
using OpsManager.Core.Lifecycle;

namespace OpsManager.Core.Tests.Replay;

/// <summary>What the labels of the recorded truth are called here, and the steps that the recorded artifacts cannot tell.</summary>
public static partial class TruthTable
{
    /// <summary>Label to state.</summary>
    public static IReadOnlyDictionary<string, LifecycleState> States { get; } = new Dictionary<string, LifecycleState>(StringComparer.Ordinal)
    {
        ["not_started"] = LifecycleState.Pending,
        ["running"] = LifecycleState.Running,
        ["awaiting_approval"] = LifecycleState.AwaitingApproval,
        ["approved_pending_resume"] = LifecycleState.AwaitingRelaunch,
        ["rejected_pending_resume"] = LifecycleState.AwaitingRelaunch,
        ["paused"] = LifecycleState.Paused,
        ["complete"] = LifecycleState.Completed,
        ["stopped"] = LifecycleState.Stopped,
        ["failed"] = LifecycleState.Failed,
        ["cancelled"] = LifecycleState.Cancelled,
        ["crashed"] = LifecycleState.Crashed,
    };

    /// <summary>
    /// Steps that v1 artifacts and exit codes cannot tell, each with its reason. A step that turns out right must leave the list.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Untellable { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["killed/02-killed"] = "kill -9 leaves every file as it was: only a look at the process tells",
        ["killed/03-rerun-refused"] = "the same tree; the refused launch's exit code 1 is not the killed leader's",
        ["killed/04-run-noloop-refused"] = "the same tree once more",
        ["killed/05-after-cancel"] = "a cancel removes the same two files whether it finds the process alive or dead: reads as cancelled",
        ["paused-sigstop/01-sigstopped"] = "a stopped process writes nothing: only its process state tells",
        ["paused-sigstop/02-sigstopped-10s"] = "a stopped process writes nothing: only its process state tells",
        ["paused-sigstop-timeout/01-sigstopped-12s"] = "a stopped process writes nothing: only its process state tells",
        ["stepped-run/01-step1"] = "the label is the plan of whoever launches step by step; the runtime stopped at max_iterations",
        ["stepped-run/02-step2"] = "the label is the plan of whoever launches step by step; the runtime stopped at max_iterations",
    };

    /// <summary>The reason code a truth begins with; null if its reason is prose.</summary>
    public static string? ReasonCode(string? reason) =>
        reason is not null && Code().Match(reason) is { Success: true } match ? match.Groups["code"].Value : null;

    [GeneratedRegex(@"^(?<code>[a-z_]+)(?: \(|\z)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Code();
}
