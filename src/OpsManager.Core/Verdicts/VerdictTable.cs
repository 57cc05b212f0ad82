using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Verdicts;

/// <summary>
/// The evidence table: the first rule that matches decides. All of them look at the run's own attempts only. An end that the log
/// states is final once its process is gone; one that is concluded from a dead process needs a second observation that agrees.
/// </summary>
public static class VerdictTable
{
    private const string Runtime = "runtime";

    /// <summary>The rules, in order.</summary>
    public static IReadOnlyList<VerdictRule> Rules { get; } =
    [
        new(
            "launch_due",
            "the run is to be launched and no launch was accepted yet",
            "pending",
            static c => c.IsUnlaunched
                ? Live(LifecycleState.Pending, "No launch was accepted yet.")
                : null),
        new(
            "loop_complete",
            "the current attempt logged `loop_complete`",
            "completed",
            static c => c.End is { State: LifecycleState.Completed }
                ? Ended(LifecycleState.Completed, null, VerdictBasis.Log, "The attempt logged loop_complete.")
                : null),
        new(
            "superseded",
            "the loop was launched anew by somebody else while this run had no end, and no other loop shares the repository",
            "cancelled (superseded)",
            static c => c is { End: null, Evidence.Foreign: { } foreign, Run.Seen.OtherLoopSeen: false }
                ? Ended(
                    LifecycleState.Cancelled,
                    EndReasons.Superseded,
                    VerdictBasis.Death,
                    $"The loop was launched anew at line {foreign.Line}, which the runtime allows only once the former run is gone.")
                : null),
        new(
            "approval_pending",
            "a candidate awaits a decision and the leader is not seen alive",
            "awaiting_approval",
            static c => c is { Approval: ApprovalStanding.Pending, Process.IsThere: false }
                ? Live(LifecycleState.AwaitingApproval, "A candidate awaits a decision and its process has ended.")
                : null),
        new(
            "rejection_final",
            "the candidate was rejected and the run is not to be launched again",
            "stopped (rejected)",
            static c => c is { Approval: ApprovalStanding.Rejected, Run.Spec.RelaunchOnDecision: false }
                ? Ended(LifecycleState.Stopped, EndReasons.Rejected, VerdictBasis.Log, "The candidate was rejected and no relaunch is wanted.", Decider(c))
                : null),
        new(
            "decision_taken",
            "a decision was taken that the runtime has not consumed",
            "awaiting_relaunch",
            static c => c.Approval is ApprovalStanding.Approved or ApprovalStanding.Rejected
                ? Live(
                    LifecycleState.AwaitingRelaunch,
                    "A decision was taken; the runtime takes it up when it is launched again.",
                    c.Approval == ApprovalStanding.Approved ? "approved" : "rejected",
                    Decider(c))
                : null),
        new(
            "rate_limit_stop",
            "the current attempt logged `rate_limit_stop`",
            "stopped (rate_limited)",
            static c => c.End is { State: LifecycleState.Stopped, Reason: EndReasons.RateLimited }
                ? Ended(LifecycleState.Stopped, EndReasons.RateLimited, VerdictBasis.Log, "The attempt logged rate_limit_stop.")
                : null),
        new(
            "loop_stop",
            "the current attempt logged `loop_stop`",
            "stopped (the reason it gives)",
            static c => c.End is { State: LifecycleState.Stopped } end
                ? Ended(LifecycleState.Stopped, end.Reason, VerdictBasis.Log, $"The attempt logged loop_stop with reason {end.Reason}.")
                : null),
        new(
            "role_timeout",
            "the current attempt logged `role_timeout`",
            "failed (role_timeout)",
            static c => c.End is { State: LifecycleState.Failed, Reason: EndReasons.RoleTimeout }
                ? Ended(LifecycleState.Failed, EndReasons.RoleTimeout, VerdictBasis.Log, "A role ran into its time limit.")
                : null),
        new(
            "role_failed",
            "the current attempt logged `delegation_fail_role`",
            "failed (delegation_failed)",
            static c => c.End is { State: LifecycleState.Failed } end
                ? Ended(LifecycleState.Failed, end.Reason, VerdictBasis.Log, "A delegated task failed its role.")
                : null),
        new(
            "usage_limit",
            "`usage_limit_blocked` is the last event and the process is gone, with exit code 1 where the code is known",
            "stopped (usage_limit)",
            static c => c is { IsUnderWay: true, Evidence.UsageLimitBlocked: true, Process: { IsGone: true, ExitCode: null or 1, HostRestarted: false } }
                && (c.Process.Exit is not null || c is { LeaderTidiedUp: true, StateIsGone: false })
                ? Ended(LifecycleState.Stopped, EndReasons.UsageLimit, VerdictBasis.Death, "A usage quota blocked the next role and the process ended.")
                : null),
        new(
            "start_refused",
            "the launched process exited by itself before it logged `loop_start`",
            "failed (start_refused)",
            static c => c is { IsUnderWay: true, HasBegun: false, Process.Exit: { } exit } && ProcessReading.EndedByItself(exit.Code)
                ? Ended(LifecycleState.Failed, EndReasons.StartRefused, VerdictBasis.Recorded, $"The runtime exited with {exit.Code} before it began: {Tail(exit)}")
                : null),
        new(
            "end_unlogged",
            "the process is gone with exit code 0, or without a known code after the summary said that the attempt is complete",
            "completed (unlogged)",
            static c => c is { IsUnderWay: true, Process.ExitCode: 0 } || c is { IsGoneSilently: true, SummarySaysComplete: true, LeaderTidiedUp: true, StateIsGone: false }
                ? Ended(LifecycleState.Completed, "unlogged", VerdictBasis.Death, "The process ended as it does on success; the log lacks loop_complete.")
                : null),
        new(
            "terminated",
            "the process exited with 143, or by another signal that asks it to end (129, 130)",
            "cancelled, by us if a cancel was on its way, else external",
            static c => c is { IsUnderWay: true, Process.ExitCode: { } code } && ProcessReading.WasToldToEnd(code)
                ? Ended(
                    LifecycleState.Cancelled,
                    c.Run.Lifecycle.State == LifecycleState.Cancelling ? null : EndReasons.External,
                    VerdictBasis.Death,
                    $"The process was told to end (exit code {code}).")
                : null),
        new(
            "killed",
            "the process exited with 137",
            "crashed (killed)",
            static c => c is { IsUnderWay: true, Process.ExitCode: ProcessReading.Killed }
                ? Ended(LifecycleState.Crashed, EndReasons.Killed, VerdictBasis.Death, "The process was killed (exit code 137).")
                : null),
        new(
            "signalled",
            "the process exited by any other signal",
            "crashed (signal)",
            static c => c is { IsUnderWay: true, Process.ExitCode: { } code } && !ProcessReading.EndedByItself(code)
                ? Ended(LifecycleState.Crashed, EndReasons.Signal, VerdictBasis.Death, $"The process was ended by a signal (exit code {code}).")
                : null),
        new(
            "runner_exit",
            "the process exited with another code and logged no end",
            "failed (runner_exit)",
            static c => c is { IsUnderWay: true, Process.Exit: { } exit }
                ? Ended(LifecycleState.Failed, EndReasons.RunnerExit, VerdictBasis.Death, $"The process exited with {exit.Code} and logged no end: {Tail(exit)}")
                : null),
        new(
            "host_restart",
            "the process is gone and the machine's boot id changed",
            "crashed (host_restart)",
            static c => c is { IsGoneSilently: true, Process.HostRestarted: true }
                ? Ended(LifecycleState.Crashed, EndReasons.HostRestart, VerdictBasis.Death, "The machine was restarted and the process did not survive it.")
                : null),
        new(
            "cancelled_externally",
            "state.json and active-run.json are both gone after active-run.json named this loop, or before the run was first seen: only a cancel removes both",
            "cancelled (external)",
            static c => c is { IsGoneSilently: true, LeaderTidiedUp: true, StateIsGone: true } && (c.Run.Seen.ActiveRunOurs || c.IsFirstSeen)
                ? Ended(
                    LifecycleState.Cancelled,
                    c.Run.Lifecycle.State == LifecycleState.Cancelling ? null : EndReasons.External,
                    VerdictBasis.Death,
                    "The runtime's state files were removed, as its cancel does, and no end was logged.")
                : null),
        new(
            "exit_unlogged",
            "active-run.json, which the leader removes when it exits by itself, is gone and state.json is not, nor is it another loop's",
            "failed (runner_exit)",
            static c => c is { IsGoneSilently: true, LeaderTidiedUp: true, StateIsGone: false, StateIsAnothers: false, Runtime.StateUnreadable: false }
                ? Ended(LifecycleState.Failed, EndReasons.RunnerExit, VerdictBasis.Death, "The process exited by itself and logged no end; its exit code is unknown.")
                : null),
        new(
            "vanished",
            "the process is gone and nothing tells how",
            "crashed (vanished)",
            static c => c is { IsGoneSilently: true, Process.Source: "process" }
                ? Ended(LifecycleState.Crashed, EndReasons.Vanished, VerdictBasis.Death, "The process is gone and nothing tells how it ended.")
                : null),
        new(
            "leader_quiet",
            "the leader is stopped and no member lives",
            "paused",
            static c => c is { HasBegun: true, Process: { Status: ProcessStatus.Stopped, LiveChildren: 0 } }
                ? Live(LifecycleState.Paused, "The leader is stopped and nothing of the run works.")
                : null),
        new(
            "leader_stopped",
            "the leader is stopped and members may live",
            "pausing",
            static c => c is { HasBegun: true, Process.Status: ProcessStatus.Stopped }
                ? Live(LifecycleState.Pausing, "The leader is stopped; the role in flight goes on.")
                : null),
        new(
            "at_work",
            "the run has an attempt without an end",
            "running",
            static c => c.HasBegun
                ? Live(LifecycleState.Running, "The attempt has begun and nothing says that it ended.")
                : null),
        new(
            "at_work_unlogged",
            "an adopted loop has no event yet, but its process is seen alive, or state.json and active-run.json both say that it is at work",
            "running",
            static c => c is { Run.Spec.Launch: LaunchKind.Attach, Process.Status: ProcessStatus.Alive } && (c.Process.Source == "process" || c.FilesSayAtWork)
                ? Live(LifecycleState.Running, "The loop is at work, though it has logged nothing yet.")
                : null),
        new(
            "launched",
            "a launch was accepted and nothing is logged yet",
            "starting",
            static c => c.Run.Lifecycle.State == LifecycleState.Starting
                ? Live(LifecycleState.Starting, "A launch was accepted and nothing is logged yet.")
                : null),
        new(
            "nothing_yet",
            "none of the above",
            "pending",
            static c => Live(LifecycleState.Pending, "No runtime process was seen.")),
    ];

    /// <summary>The verdict on a run.</summary>
    /// <param name="run">The run, with evidence and memory up to this observation.</param>
    /// <param name="observation">The observation.</param>
    /// <param name="process">What it says about the process.</param>
    public static Verdict Judge(LoopRun run, Observation observation, ProcessView process)
    {
        var context = new VerdictContext(run, observation, process);
        return Rules.Select(rule => rule.Match(context)).First(static verdict => verdict is not null)!;
    }

    private static Verdict Live(LifecycleState state, string evidence, string? reason = null, string by = Runtime) =>
        new(string.Empty, state, reason, VerdictBasis.Live, evidence, by);

    private static Verdict Ended(LifecycleState state, string? reason, VerdictBasis basis, string evidence, string by = Runtime) =>
        new(string.Empty, state, reason, basis, evidence, by);

    private static string Decider(VerdictContext context) =>
        context.Evidence.Approval?.DecidedBy ?? context.Runtime.Approval?.DecidedBy ?? Runtime;

    private static string Tail(ExitRecord exit) => LenientJson.Bounded(exit.Text?.Trim(), 500) ?? "it left no text.";
}
