using OpsManager.Core.Decisions;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Runs;
using OpsManager.Core.Tests.Support;
using OpsManager.Core.Verdicts;

namespace OpsManager.Core.Tests.Verdicts;

/// <summary>Every rule of the evidence table: a story in which it fires, and one in which it just does not.</summary>
public sealed class VerdictTableTests
{
    private static readonly ApprovalFileFacts PendingFile = new("pending", "r1", 1, Story.Beginning, null, null);

    /// <summary>Rule, whether it fires, the state after the story, its reason, the story.</summary>
    private static readonly (string Rule, string Case, LifecycleState State, string? Reason, Func<Story> Tell)[] Cases =
    [
        ("launch_due", "+ before the answer", LifecycleState.Pending, null, () => Startable().Log("loop_start").Settle()),
        ("launch_due", "- once accepted", LifecycleState.Running, null, () => Accepted().Log("loop_start").Settle()),

        ("loop_complete", "+", LifecycleState.Completed, null, () => Story.AtWork().Log("loop_complete").ProcessEnds().Settle()),
        ("loop_complete", "- work goes on after it", LifecycleState.Running, null, () => Story.AtWork().Log("loop_complete").Log("iteration_start", iteration: 2).Settle()),
        ("loop_complete", "- of a foreign launch", LifecycleState.Cancelled, EndReasons.Superseded, () => Story.AtWork().Log("loop_start", run: "r2").Log("loop_complete", run: "r2").ProcessEnds().Settle()),

        ("superseded", "+", LifecycleState.Cancelled, EndReasons.Superseded, () => Story.AtWork().Log("loop_start", run: "r2").Settle()),
        ("superseded", "- another loop shares the repository", LifecycleState.Running, null, () => OtherLoopTakesOver(Story.AtWork()).Log("loop_start", run: "r2").Settle()),
        ("superseded", "- this run had its end", LifecycleState.Stopped, "stuck", () => Story.AtWork().Log("loop_stop", reason: "stuck").Log("loop_start", run: "r2").Settle()),

        ("approval_pending", "+", LifecycleState.AwaitingApproval, null, () => Asked().Settle()),
        ("approval_pending", "+ from the file alone", LifecycleState.AwaitingApproval, null, () => Story.AtWork().ProcessEnds().With(f => f with { Approval = PendingFile }).Settle()),
        ("approval_pending", "+ in a loop that was put back to before this run", LifecycleState.AwaitingApproval, null, () => PutBack(Story.AtWork()).With(f => f with { Approval = PendingFile with { RuntimeRunId = "r0" } }).Settle()),
        ("approval_pending", "+ asked again after a rejection taken up under the same id", LifecycleState.AwaitingApproval, null, () => new Story().Log("loop_start").Log("approval_rejected", status: "rejected").Log("iteration_start").Log("approval_requested").ProcessEnds().With(f => f with { Approval = PendingFile }).Settle()),
        ("approval_pending", "- the file is of a run before this one", LifecycleState.Failed, EndReasons.RunnerExit, () => Story.AtWork().ProcessEnds(stateActive: true).With(f => f with { Approval = PendingFile with { RuntimeRunId = "r0" } }).Settle()),
        ("approval_pending", "- the leader still works", LifecycleState.Running, null, () => Story.AtWork().Log("approval_requested").Settle()),
        ("approval_pending", "- the file is of an earlier run", LifecycleState.Running, null, () => Story.AtWork().With(f => f with { Approval = PendingFile with { RuntimeRunId = "r0" } }).Settle()),

        ("rejection_final", "+", LifecycleState.Stopped, EndReasons.Rejected, () => Asked(relaunch: false).Log("approval_decision", status: "rejected", by: "alice").Settle()),
        ("rejection_final", "- a relaunch is wanted", LifecycleState.AwaitingRelaunch, "rejected", () => Asked().Log("approval_decision", status: "rejected", by: "alice").Settle()),
        ("rejection_final", "- approved", LifecycleState.AwaitingRelaunch, "approved", () => Asked(relaunch: false).Log("approval_decision", status: "approved", by: "alice").Settle()),

        ("decision_taken", "+", LifecycleState.AwaitingRelaunch, "approved", () => Asked().Log("approval_decision", status: "approved", by: "alice").Settle()),
        ("decision_taken", "+ from the file alone", LifecycleState.AwaitingRelaunch, "approved", () => Asked().With(f => f with { Approval = PendingFile with { Status = "approved" } }).Settle()),
        ("decision_taken", "- consumed", LifecycleState.Running, null, () => Relaunched("rejected").Settle()),
        ("decision_taken", "- consumed, and complete", LifecycleState.Completed, null, () => Relaunched("approved").Log("loop_complete").ProcessEnds().Settle()),
        ("decision_taken", "- a decision that is none", LifecycleState.AwaitingApproval, null, () => Asked().Log("approval_decision", status: "maybe").Settle()),

        ("rate_limit_stop", "+ state.json stays active", LifecycleState.Stopped, EndReasons.RateLimited, () => Story.AtWork().Log("rate_limit_stop").ProcessEnds(stateActive: true).Settle()),
        ("rate_limit_stop", "- a retry goes on", LifecycleState.Running, null, () => Story.AtWork().Log("rate_limit_stop").Log("role_start", role: "tester").Settle()),

        ("loop_stop", "+", LifecycleState.Stopped, "max_iterations", () => Story.AtWork().Log("loop_stop", reason: "max_iterations").ProcessEnds().Settle()),
        ("loop_stop", "+ without reason", LifecycleState.Stopped, "unspecified", () => Story.AtWork().Log("loop_stop").ProcessEnds().Settle()),
        ("loop_stop", "+ no_progress_stop alone", LifecycleState.Stopped, "no_progress", () => Story.AtWork().Log("no_progress_stop").ProcessEnds().Settle()),
        ("loop_stop", "- work goes on after it", LifecycleState.Running, null, () => Story.AtWork().Log("loop_stop", reason: "stuck").Log("iteration_start", iteration: 2).Settle()),
        ("loop_stop", "+ outranks the exit code", LifecycleState.Stopped, "stuck", () => Story.AtWork().Log("loop_stop", reason: "stuck").ProcessEnds().Exit(1).Settle()),

        ("role_timeout", "+", LifecycleState.Failed, EndReasons.RoleTimeout, () => Story.AtWork().Log("role_timeout", timeout: 60).ProcessEnds().Settle()),
        ("role_timeout", "- a role that merely takes long", LifecycleState.Running, null, () => Story.AtWork().Look(3600).Look()),

        ("role_failed", "+", LifecycleState.Failed, EndReasons.DelegationFailed, () => Story.AtWork().Log("delegation_fail_role", role: "implementer", status: "error").ProcessEnds().Settle()),
        ("role_failed", "- a recon violation is no end", LifecycleState.Running, null, () => Story.AtWork().Log("delegation_recon_violation", role: "implementer", status: "error").Settle()),

        ("usage_limit", "+ exit 1", LifecycleState.Stopped, EndReasons.UsageLimit, () => Story.AtWork().Log("usage_limit_blocked").ProcessEnds().Exit(1).Settle()),
        ("usage_limit", "+ files alone", LifecycleState.Stopped, EndReasons.UsageLimit, () => Story.AtWork().Log("usage_limit_blocked").ProcessEnds().Settle()),
        ("usage_limit", "- a wait with a live leader", LifecycleState.Running, null, () => Story.AtWork().Log("usage_limit_blocked").Leader(true).Settle()),
        ("usage_limit", "- cancelled while it waited", LifecycleState.Cancelled, EndReasons.External, () => Story.AtWork().Log("usage_limit_blocked").With(f => f with { ActiveRun = null, State = null }).Settle()),
        ("usage_limit", "- not the last event", LifecycleState.Failed, EndReasons.RunnerExit, () => Story.AtWork().Log("usage_limit_blocked").Log("role_end").ProcessEnds().Exit(1).Settle()),

        ("start_refused", "+ at once", LifecycleState.Failed, EndReasons.StartRefused, () => Accepted().ProcessEnds().Exit(1, text: "already running").Look()),
        ("start_refused", "- a record from before the launch", LifecycleState.Starting, null, () => Accepted(baseLine: 7).With(f => f with { ActiveRun = null, State = null }).Exit(1, line: 6).Settle()),
        ("start_refused", "- another launch's record", LifecycleState.Starting, null, () => Accepted(baseLine: 7).With(f => f with { ActiveRun = null, State = null, Launch = new LaunchRecord(1, 3, null) }).Exit(1, line: 7).Settle()),

        ("end_unlogged", "+ exit 0", LifecycleState.Completed, "unlogged", () => Story.AtWork().ProcessEnds().Exit(0).Settle()),
        ("end_unlogged", "+ the summary says so", LifecycleState.Completed, "unlogged", () => Story.AtWork().ProcessEnds().With(f => f with { Summary = new SummaryFacts("r1", 1, true) }).Settle()),
        ("end_unlogged", "- the summary is of an earlier run", LifecycleState.Failed, EndReasons.RunnerExit, () => Story.AtWork().ProcessEnds().With(f => f with { Summary = new SummaryFacts("r0", 1, true) }).Settle()),

        ("terminated", "+", LifecycleState.Cancelled, EndReasons.External, () => Story.AtWork().ProcessEnds(stateActive: true).Exit(143).Settle()),
        ("terminated", "- active-run.json still names the leader", LifecycleState.Running, null, () => Story.AtWork().Exit(143).Settle()),

        ("terminated", "+ by Ctrl-C", LifecycleState.Cancelled, EndReasons.External, () => Story.AtWork().ProcessEnds(stateActive: true).Exit(130).Settle()),

        ("signalled", "+", LifecycleState.Crashed, EndReasons.Signal, () => Story.AtWork().ProcessEnds(stateActive: true).Exit(139).Settle()),
        ("signalled", "- the highest code that is no signal", LifecycleState.Failed, EndReasons.RunnerExit, () => Story.AtWork().ProcessEnds(stateActive: true).Exit(128).Settle()),

        ("killed", "+ leaves every file", LifecycleState.Crashed, EndReasons.Killed, () => Story.AtWork().Exit(137).Settle()),
        ("killed", "- a former attempt's record", LifecycleState.Running, null, () => Story.AtWork().Exit(137, line: 0).Settle()),

        ("runner_exit", "+", LifecycleState.Failed, EndReasons.RunnerExit, () => Story.AtWork().ProcessEnds(stateActive: true).Exit(1).Settle()),
        ("runner_exit", "- a refused launch over what a killed leader left", LifecycleState.Crashed, EndReasons.Vanished, () => Story.AtWork().Leader(false).Exit(1).With(f => f with { Launch = new LaunchRecord(2, 3, null) }).Settle()),
        ("runner_exit", "- the leader seen gone is still named", LifecycleState.Crashed, EndReasons.Vanished, () => Story.AtWork().Leader(false).Exit(1).Settle()),
        ("runner_exit", "- a refused launch while the leader works", LifecycleState.Running, null, () => Story.AtWork().Exit(1).Settle()),
        ("runner_exit", "- the process logged after it", LifecycleState.Running, null, () => Story.AtWork().Exit(1).Log("role_end").Log("role_start", role: "tester").ProcessEnds(stateActive: true).With(f => f with { ActiveRun = new ActiveRunFacts(1, 1, "loop-b", "loop_start") }).Settle()),
        ("runner_exit", "- the leader is seen alive", LifecycleState.Running, null, () => Story.AtWork().Leader(true).Exit(1).Settle()),

        ("host_restart", "+", LifecycleState.Crashed, EndReasons.HostRestart, () => Story.AtWork().Leader(true).Look().Leader(false, boot: "boot-2").Settle()),
        ("host_restart", "- the same boot", LifecycleState.Crashed, EndReasons.Vanished, () => Story.AtWork().Leader(true).Look().Leader(false).Settle()),

        ("cancelled_externally", "+", LifecycleState.Cancelled, EndReasons.External, () => Story.AtWork().With(f => f with { ActiveRun = null, State = null }).Settle()),
        ("cancelled_externally", "+ before the run was first seen", LifecycleState.Cancelled, EndReasons.External, () => new Story().With(f => f with { ActiveRun = null, State = null }).Leader(false).Log("loop_start").Log("role_start").Settle()),
        ("cancelled_externally", "- another loop's cancel", LifecycleState.Crashed, EndReasons.Vanished, () => OtherLoopTakesOver(Story.AtWork().Leader(true)).With(f => f with { ActiveRun = null, State = null }).Leader(false).Settle()),
        ("cancelled_externally", "- the files were another loop's", LifecycleState.Running, null, () => OtherLoopTakesOver(Story.AtWork()).With(f => f with { ActiveRun = null, State = null }).Settle()),
        ("cancelled_externally", "- never seen active", LifecycleState.Running, null, () => new Story().With(f => f with { ActiveRun = null, State = null }).Log("loop_start").Log("role_start").Settle()),
        ("cancelled_externally", "- state.json is only unreadable", LifecycleState.Running, null, () => Story.AtWork().With(f => f with { ActiveRun = null, State = null, StateUnreadable = true }).Settle()),
        ("cancelled_externally", "- active-run.json is only unreadable", LifecycleState.Running, null, () => Story.AtWork().With(f => f with { ActiveRun = null, State = null, ActiveRunUnreadable = true }).Settle()),

        ("exit_unlogged", "+", LifecycleState.Failed, EndReasons.RunnerExit, () => Story.AtWork().ProcessEnds(stateActive: true).Settle()),
        ("exit_unlogged", "- another loop's process removed the file", LifecycleState.Running, null, () => OtherLoopTakesOver(Story.AtWork()).ProcessEnds(stateActive: true).Settle()),
        ("exit_unlogged", "- a process seen gone, state.json another loop's", LifecycleState.Crashed, EndReasons.Vanished, () => Story.AtWork().Leader(false).With(f => f with { ActiveRun = null, State = new StateFileFacts(false, "loop-b", 1) }).Settle()),
        ("exit_unlogged", "- state.json is another loop's", LifecycleState.Running, null, () => Story.AtWork().With(f => f with { ActiveRun = null, State = new StateFileFacts(false, "loop-b", 1) }).Settle()),

        ("vanished", "+", LifecycleState.Crashed, EndReasons.Vanished, () => Story.AtWork().Leader(false).Settle()),
        ("vanished", "- v1 files cannot tell", LifecycleState.Running, null, () => Story.AtWork().Settle()),

        ("leader_quiet", "+", LifecycleState.Paused, null, () => Story.AtWork().Leader(true, stopped: true).Settle()),
        ("leader_quiet", "- before the first event", LifecycleState.Starting, null, () => Accepted().Leader(true, stopped: true).Settle()),

        ("leader_stopped", "+", LifecycleState.Pausing, null, () => Story.AtWork().Leader(true, stopped: true, children: 1).Settle()),
        ("leader_stopped", "+ children unknown", LifecycleState.Pausing, null, () => Story.AtWork().Leader(true, stopped: true, children: null).Settle()),
        ("leader_stopped", "- continued", LifecycleState.Running, null, () => Story.AtWork().Leader(true, stopped: true).Look().Leader(true, children: 1).Settle()),

        ("at_work", "+", LifecycleState.Running, null, () => Story.AtWork().Settle()),
        ("at_work", "- nothing logged", LifecycleState.Pending, null, () => new Story().With(_ => new RuntimeFacts()).Settle()),

        ("at_work_unlogged", "+", LifecycleState.Running, null, () => new Story().Settle()),
        ("at_work_unlogged", "+ a process that has written nothing yet", LifecycleState.Running, null, () => new Story().With(_ => new RuntimeFacts()).Leader(true).Settle()),
        ("at_work_unlogged", "- a process that is gone", LifecycleState.Pending, null, () => new Story().With(_ => new RuntimeFacts()).Leader(false).Settle()),
        ("at_work_unlogged", "- state.json is another loop's", LifecycleState.Pending, null, () => new Story().With(f => f with { State = new StateFileFacts(true, "loop-b", 1) }).Settle()),
        ("at_work_unlogged", "- not yet at its first iteration", LifecycleState.Pending, null, () => new Story().With(f => f with { State = null }).Settle()),

        ("launched", "+", LifecycleState.Starting, null, () => Accepted().With(_ => new RuntimeFacts()).Settle()),
        ("launched", "- its first event is there", LifecycleState.Running, null, () => Accepted().Log("loop_start").Settle()),

        ("nothing_yet", "+", LifecycleState.Pending, null, () => new Story().With(_ => new RuntimeFacts()).Settle()),
    ];

    public static TheoryData<string, string> All
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var (rule, @case, _, _, _) in Cases)
            {
                data.Add(rule, @case);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Rule(string rule, string @case)
    {
        var (_, _, state, reason, tell) = Cases.Single(c => c.Rule == rule && c.Case == @case);
        var story = tell();
        Assert.Equal((state, reason), (story.State, story.Run.Lifecycle.Reason));
        if (@case.StartsWith('+') && story.Transitions is [.., var last] && story.State != LifecycleState.Pending && rule != "launched")
        {
            Assert.Equal(rule, last.Rule);
        }
        else if (@case.StartsWith('-'))
        {
            Assert.DoesNotContain(story.Transitions, t => t.Rule == rule && t.To == story.State && story.State.IsTerminal());
        }
    }

    [Fact]
    public void Every_rule_has_a_name_of_its_own_a_text_and_both_kinds_of_cases()
    {
        Assert.Equal(VerdictTable.Rules.Count, VerdictTable.Rules.Select(static r => r.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.All(VerdictTable.Rules, static rule =>
        {
            Assert.NotEmpty(rule.When);
            Assert.NotEmpty(rule.Then);
            Assert.Contains(Cases, c => c.Rule == rule.Name && c.Case.StartsWith('+'));

            // The last rule has no condition.
            Assert.True(rule.Name == "nothing_yet" || Cases.Any(c => c.Rule == rule.Name && c.Case.StartsWith('-')), rule.Name);
        });
        Assert.All(Cases, static c => Assert.Contains(VerdictTable.Rules, rule => rule.Name == c.Rule));
    }

    private static Story Startable() => new(LaunchKind.Start) { Capabilities = ["start"] };

    private static Story Accepted(long baseLine = 0)
    {
        var story = Startable();
        story.Line = baseLine;
        return story.Look().Answer(new StartAnswer(true, null, null, baseLine));
    }

    private static Story Asked(bool relaunch = true)
    {
        var story = new Story(relaunchOnDecision: relaunch).Log("loop_start").Log("iteration_start").Look();
        return story.Log("approval_requested").ProcessEnds().With(f => f with { Approval = PendingFile }).Look();
    }

    private static Story Relaunched(string decision) => Asked()
        .Log("approval_decision", status: decision, by: "alice")
        .Look()
        .Log("loop_start", run: "r2")
        .Log(decision == "approved" ? "approval_consumed" : "approval_rejected", status: decision)
        .With(f => f with { Approval = null, ActiveRun = new ActiveRunFacts(200, 200, Story.Loop, "loop_start"), State = new StateFileFacts(true, Story.Loop, 1) });

    private static Story PutBack(Story story)
    {
        story.Epoch++;
        story.Line = 0;
        return story.Log("loop_start", run: "r0", at: Story.Beginning - TimeSpan.FromHours(1)).Log("approval_requested", run: "r0", at: Story.Beginning - TimeSpan.FromHours(1)).ProcessEnds();
    }

    private static Story OtherLoopTakesOver(Story story) => story
        .With(f => f with { ActiveRun = new ActiveRunFacts(300, 300, "loop-b", "loop_start"), State = new StateFileFacts(true, "loop-b", 1) })
        .Look();
}
