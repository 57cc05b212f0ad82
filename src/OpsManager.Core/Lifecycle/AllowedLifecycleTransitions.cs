using static OpsManager.Core.Lifecycle.LifecycleState;

namespace OpsManager.Core.Lifecycle;

/// <summary>The legal steps of the lifecycle. No decision makes another one.</summary>
public static class AllowedLifecycleTransitions
{
    private static readonly LifecycleState[] Ends = [.. Enum.GetValues<LifecycleState>().Where(static state => state.IsTerminal())];

    // What was seen last may be several steps ago: a run that is adopted, or polled after an outage, may be found in any state.
    private static readonly Dictionary<LifecycleState, LifecycleState[]> Table = new()
    {
        [Pending] = [Starting, Running, AwaitingApproval, AwaitingRelaunch, Pausing, Paused, Cancelling, .. Ends],
        [Starting] = [Running, AwaitingApproval, AwaitingRelaunch, Pausing, Paused, Cancelling, .. Ends],
        [Running] = [AwaitingApproval, AwaitingRelaunch, Pausing, Paused, Cancelling, .. Ends],
        [AwaitingApproval] = [Running, AwaitingRelaunch, Pausing, Paused, Cancelling, .. Ends],
        [AwaitingRelaunch] = [Running, AwaitingApproval, Pausing, Paused, Cancelling, .. Ends],
        [Pausing] = [Paused, Resuming, Running, AwaitingApproval, AwaitingRelaunch, Cancelling, .. Ends],
        [Paused] = [Pausing, Resuming, Running, AwaitingApproval, AwaitingRelaunch, Cancelling, .. Ends],
        [Resuming] = [Pausing, Paused, Running, AwaitingApproval, AwaitingRelaunch, Cancelling, .. Ends],

        // A cancel that is on its way ends in an end, or is given up and the run goes on where it stands.
        [Cancelling] = [Pending, Running, AwaitingApproval, AwaitingRelaunch, Pausing, Paused, .. Ends],
    };

    /// <summary>Every legal step.</summary>
    public static IEnumerable<(LifecycleState From, LifecycleState To)> All =>
        Table.SelectMany(static entry => entry.Value.Select(to => (entry.Key, to)));

    /// <summary>Whether the step is legal. Nothing leads out of an end.</summary>
    public static bool Contains(LifecycleState from, LifecycleState to) =>
        Table.TryGetValue(from, out var targets) && targets.Contains(to);
}
