using System.Text.RegularExpressions;
using OpsManager.Core.Lifecycle;
using OpsManager.Testing.Corpus;

namespace OpsManager.Corpus.Tests.Replay;

/// <summary>What the labels of the recorded truth are called by the manager.</summary>
internal static partial class TruthLabels
{
    private static readonly Dictionary<string, (LifecycleState State, string? Reason)> Words = new(StringComparer.Ordinal)
    {
        ["not_started"] = (LifecycleState.Pending, null),
        ["running"] = (LifecycleState.Running, null),
        ["awaiting_approval"] = (LifecycleState.AwaitingApproval, null),
        ["approved_pending_resume"] = (LifecycleState.AwaitingRelaunch, "approved"),
        ["rejected_pending_resume"] = (LifecycleState.AwaitingRelaunch, "rejected"),
        ["paused"] = (LifecycleState.Paused, null),
        ["complete"] = (LifecycleState.Completed, null),
        ["stopped"] = (LifecycleState.Stopped, null),
        ["failed"] = (LifecycleState.Failed, null),
        ["cancelled"] = (LifecycleState.Cancelled, null),
        ["crashed"] = (LifecycleState.Crashed, null),
    };

    /// <summary>The state a step asks for, and the reason where the recording gives one as a code.</summary>
    /// <exception cref="KeyNotFoundException">The label has no state.</exception>
    public static (LifecycleState State, string? Reason) Of(CorpusStep step, string loopId)
    {
        var (state, reason) = Words[step.Meta.Truth.Of(loopId)];

        // Who launches the loop step by step calls it paused between two of its launches. Each is a run of its own, and over.
        if (state == LifecycleState.Paused && step.Meta.Process.PidInActiveRun is null)
        {
            return (LifecycleState.Stopped, "max_iterations");
        }

        return (state, reason ?? (step.Meta.Truth.Reason is { } text && Code().Match(text) is { Success: true } code ? code.Groups["code"].Value : null));
    }

    [GeneratedRegex(@"^(?<code>[a-z_]+)(?: \(|\z)", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Code();
}
