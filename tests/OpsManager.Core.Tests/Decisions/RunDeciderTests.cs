using OpsManager.Core.Attention;
using OpsManager.Core.Decisions;
using OpsManager.Core.Escalations;
using OpsManager.Core.Evidence;
using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;
using OpsManager.Core.Tests.Support;

namespace OpsManager.Core.Tests.Decisions;

public sealed class RunDeciderTests
{
    private static readonly RunPolicy Balanced = PolicyProfiles.Find("balanced")!;

    [Fact]
    public void A_quiet_poll_changes_nothing_and_keeps_the_time_of_the_last_decision()
    {
        var story = Story.AtWork();
        var before = story.Run;
        story.Look();
        Assert.False(story.Last!.Changed);
        Assert.Same(before, story.Run);
        Assert.Empty(story.Last.Effects);
    }

    [Fact]
    public void Time_never_runs_backwards()
    {
        var story = Story.AtWork();
        var before = story.Run.DecidedAt;
        story.Now -= TimeSpan.FromHours(1);
        story.Log("loop_stop", reason: "stuck").ProcessEnds().Look();
        Assert.True(story.Run.DecidedAt >= before);
        Assert.True(story.Run.Lifecycle.Since >= before);
    }

    [Fact]
    public void An_end_in_the_log_is_final_at_once_when_its_process_is_gone()
    {
        var story = Story.AtWork().Log("loop_complete").Leader(false).Look();
        Assert.Equal((LifecycleState.Completed, Quiescence.Proven, "process"), (story.State, story.Run.Lifecycle.Quiescence, story.Run.Lifecycle.QuiescenceProof));
    }

    [Fact]
    public void An_end_in_the_log_waits_for_its_process_no_longer_than_the_policy_says()
    {
        var story = Story.AtWork().Log("loop_complete").Leader(true).Look();
        Assert.Equal(LifecycleState.Running, story.State);
        Assert.Equal(LifecycleState.Completed, story.Run.SuspectedEnd!.State);
        story.Look(Balanced.EndSettle.TotalSeconds - 1);
        Assert.Equal(LifecycleState.Running, story.State);
        story.Look(1);
        Assert.Equal((LifecycleState.Completed, Quiescence.NotProven), (story.State, story.Run.Lifecycle.Quiescence));
        Assert.Contains("quiescence_not_proven", story.Open);
        Assert.True(story.Run.NeedsAttention());
    }

    [Fact]
    public void Files_in_order_prove_nothing_while_something_lives()
    {
        var story = Story.AtWork().Log("loop_complete").Leader(false, children: 1).ProcessEnds().Look();
        Assert.Equal(LifecycleState.Running, story.State);
        Assert.Equal((LifecycleState.Completed, Quiescence.NotProven), (story.Look(60).State, story.Run.Lifecycle.Quiescence));
    }

    [Fact]
    public void Survivors_of_a_dead_leader_are_given_time_before_the_end_goes_without_proof()
    {
        var story = Story.AtWork().Leader(false, children: 1).Look().Look();
        Assert.Equal(LifecycleState.Running, story.State);
        Assert.Equal(Quiescence.NotProven, story.Look(60).Run.Lifecycle.Quiescence);

        story = Story.AtWork().Leader(false, children: 1).Look().Leader(false).Look();
        Assert.Equal((LifecycleState.Crashed, Quiescence.Proven), (story.State, story.Run.Lifecycle.Quiescence));
    }

    [Fact]
    public void A_dead_process_is_an_end_only_at_the_second_look_with_the_log_read_to_its_end()
    {
        var story = Story.AtWork().Leader(false).Look();
        Assert.Equal(LifecycleState.Running, story.State);
        Assert.Equal(LifecycleState.Crashed, story.Run.SuspectedEnd!.State);
        story.Look(caughtUp: false);
        Assert.Equal(LifecycleState.Running, story.State);
        story.Look();
        Assert.Equal(LifecycleState.Crashed, story.State);
    }

    [Fact]
    public void A_newer_event_or_a_live_process_voids_a_suspicion()
    {
        var story = Story.AtWork().Leader(false).Look();
        var first = story.Run.SuspectedEnd!;
        story.Log("role_end").Look();
        Assert.True(story.Run.SuspectedEnd!.Since > first.Since);
        story.Leader(true).Look();
        Assert.Null(story.Run.SuspectedEnd);
    }

    [Fact]
    public void The_same_moment_confirms_nothing()
    {
        var story = Story.AtWork().Leader(false).Look();
        story.Decide(new DecisionInput.Observed(story.Observation()));
        Assert.False(story.Last!.Changed);
        Assert.Equal(LifecycleState.Running, story.State);
    }

    [Fact]
    public void A_start_is_asked_for_until_it_is_answered()
    {
        var story = new Story(LaunchKind.Start) { Capabilities = ["start"] };
        story.With(static _ => new RuntimeFacts()).Look();
        Assert.Equal([new Effect.StartRuntime(1)], story.Last!.Effects);
        Assert.True(story.Last.Changed);
        story.Look();
        Assert.Equal([new Effect.StartRuntime(1)], story.Last!.Effects);
        Assert.False(story.Last.Changed);
        story.Answer(new StartAnswer(true, null, null, 12));
        Assert.Equal(LifecycleState.Starting, story.State);
        Assert.Equal(12, story.Run.Seen.StartBaseLine);
        Assert.Empty(story.Look().Last!.Effects);
        Assert.False(story.Answer(new StartAnswer(false, "late", null, null)).Last!.Changed);
    }

    [Fact]
    public void A_refused_start_fails_with_the_runtimes_words()
    {
        var story = new Story(LaunchKind.Start) { Capabilities = ["start"] };
        story.Look().Answer(new StartAnswer(false, "reentrant", "A loop is already running", null));
        Assert.Equal((LifecycleState.Failed, EndReasons.StartRefused, Quiescence.Proven), (story.State, story.Run.Lifecycle.Reason, story.Run.Lifecycle.Quiescence));
        Assert.Contains("A loop is already running", story.Transitions[^1].Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("pause")]
    public void A_start_that_the_endpoint_does_not_offer_fails_and_says_what_to_do(string? capability)
    {
        var story = new Story(LaunchKind.Start) { Capabilities = capability is null ? null : [capability] };
        story.Look();
        Assert.Equal((LifecycleState.Failed, EndReasons.StartUnsupported), (story.State, story.Run.Lifecycle.Reason));
        Assert.DoesNotContain(story.Effects, static e => e is Effect.StartRuntime);
        Assert.Contains("attach", story.Transitions[^1].Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_launch_that_is_not_seen_yet_is_not_taken_for_dead()
    {
        var story = new Story(LaunchKind.Start) { Capabilities = ["start"] };
        story.With(static _ => new RuntimeFacts()).Look().Answer(new StartAnswer(true, null, null, 0)).Leader(false).Look().Look();
        Assert.Equal(LifecycleState.Starting, story.State);
        story.Look(60);
        Assert.Equal((LifecycleState.Crashed, EndReasons.Vanished), (story.State, story.Run.Lifecycle.Reason));
    }

    [Fact]
    public void The_start_deadline_is_due_two_seconds_early_and_escalates_only()
    {
        var story = new Story().With(static _ => new RuntimeFacts());
        story.Look(Balanced.StartDeadline.TotalSeconds - 3);
        Assert.Empty(story.Open);
        story.Look(1);
        Assert.Equal(["start_deadline_exceeded"], story.Open);
        Assert.Equal(LifecycleState.Pending, story.State);
        story.Look();
        Assert.False(story.Last!.Changed);
        story.With(static f => f with { ActiveRun = new ActiveRunFacts(1, 1, Story.Loop, null) }).Log("loop_start").Look();
        Assert.Empty(story.Open);
        Assert.Contains(story.Effects, static e => e is Effect.ResolveEscalation { Number: 1, Code: "start_deadline_exceeded" });
    }

    [Fact]
    public void The_start_deadline_counts_while_the_adapter_cannot_be_reached()
    {
        var story = new Story().Fail("transport_unreachable", 1, 0, Balanced.StartDeadline.TotalSeconds);
        Assert.Contains("start_deadline_exceeded", story.Open);
    }

    [Fact]
    public void A_candidate_that_waits_long_is_reminded_of_and_an_undone_relaunch_too()
    {
        var story = Story.AtWork().Log("approval_requested").ProcessEnds().Look();
        Assert.True(story.Run.NeedsAttention());
        story.Look(Balanced.ApprovalReminder.TotalSeconds - 3);
        Assert.Empty(story.Open);
        story.Look(1);
        Assert.Equal(["approval_reminder"], story.Open);
        story.Log("approval_decision", status: "approved", by: "alice").Look();
        Assert.Equal(["unattributed_decision"], story.Open);
        Assert.Equal("alice", story.Transitions[^1].By);
        story.Look(Balanced.StartDeadline.TotalSeconds);
        Assert.Contains("relaunch_deadline_exceeded", story.Open);
    }

    [Fact]
    public void A_decision_that_only_the_file_holds_is_escalated_too()
    {
        var story = Story.AtWork().Log("approval_requested").ProcessEnds().With(static f => f with { Approval = new ApprovalFileFacts("approved", "r1", 1, null, "mallory", null) }).Look();
        Assert.Equal(["unattributed_decision"], story.Open);
    }

    [Fact]
    public void A_decision_that_ended_the_run_before_anybody_looked_stays_open()
    {
        var story = Story.AtWork().Log("approval_requested").Log("approval_decision", status: "approved", by: "mallory")
            .Log("loop_start", run: "r2").Log("approval_consumed", status: "approved").Log("loop_complete").ProcessEnds().Look();
        Assert.Equal(LifecycleState.Completed, story.State);
        Assert.Equal(["unattributed_decision"], story.Open);
    }

    [Fact]
    public void A_foreign_launch_is_escalated_while_this_run_lives_and_not_after_its_end()
    {
        var story = Story.AtWork().Log("loop_start", run: "r2").Look();
        Assert.Contains("foreign_run", story.Open);
        story = Story.AtWork().Log("loop_stop", reason: "stuck").Log("loop_start", run: "r2").Look();
        Assert.DoesNotContain("foreign_run", story.Open);
    }

    [Fact]
    public void A_repair_that_waits_for_a_person_is_told_in_its_own_words_until_it_waits_no_more()
    {
        var story = Story.AtWork().With(static f => f with { PendingRecovery = "Iteration 3: npm ci" }).Look();
        Assert.Equal(["recovery_pending"], story.Open);
        Assert.Contains("npm ci", story.Effects.OfType<Effect.RaiseEscalation>().Single().Detail, StringComparison.Ordinal);
        Assert.Contains("npm ci", OperatorStatus.Of(story.Run, story.Now).Line, StringComparison.Ordinal);
        Assert.True(story.Run.NeedsAttention());
        Assert.False(story.Look().Last!.Changed);
        Assert.Empty(story.With(static f => f with { PendingRecovery = null }).Look().Open);
    }

    [Fact]
    public void Changes_of_the_log_and_unreadable_lines_are_told()
    {
        var story = Story.AtWork().Log(EventFact.QuarantinedName).Look(5, true, "log_truncated");
        Assert.Equal(["log_truncated", "line_quarantined"], story.Open);
        Assert.False(story.Run.NeedsAttention());
        story.Look();
        Assert.Equal(["line_quarantined"], story.Open);
        Assert.Contains("log_replaced", story.Look(5, true, "log_replaced").Open);
        Assert.True(story.Run.NeedsAttention());
    }

    [Fact]
    public void A_failed_poll_never_changes_the_state_and_alarms_by_streak_and_time()
    {
        var story = Story.AtWork();
        Assert.False(story.Fail("transport_unreachable", 10, 29).Last!.Changed);
        Assert.False(story.Fail("transport_unreachable", 1, 600).Last!.Changed);
        story.Fail("transport_unreachable", 2, 30);
        Assert.Equal(HealthVerdict.Degraded, story.Run.Health.Verdict);
        Assert.False(story.Fail("transport_unreachable", 3, 35).Last!.Changed);
        story.Fail("transport_unreachable", 4, 40);
        Assert.Equal(HealthVerdict.Critical, story.Run.Health.Verdict);
        Assert.Contains(story.Run.Escalations, static e => e is { Code: "transport_unreachable", Severity: EscalationSeverity.Critical });
        Assert.Single(story.Run.Escalations);
        Assert.False(story.Fail("transport_timeout", 5, 45).Last!.Changed);
        Assert.Equal(LifecycleState.Running, story.State);
        story.Look();
        Assert.Equal((HealthVerdict.Healthy, 0), (story.Run.Health.Verdict, story.Run.Escalations.Count));
    }

    [Fact]
    public void A_loop_that_was_never_run_is_unknown_to_the_adapter_and_no_alarm()
    {
        Assert.False(new Story().Fail("loop_unknown", 50, 500).Last!.Changed);
        Assert.True(Story.AtWork().Fail("loop_unknown", 50, 500).Last!.Changed);
    }

    [Fact]
    public void A_suspicion_outlives_a_failed_poll()
    {
        var story = Story.AtWork().Leader(false).Look();
        Assert.NotNull(story.Fail("transport_timeout", 1, 0).Run.SuspectedEnd);
    }

    [Fact]
    public void Contradictions_are_flagged_at_once_and_told_when_they_stay()
    {
        var story = Story.AtWork().With(static f => f with { State = new StateFileFacts(false, Story.Loop, 1) }).Look();
        Assert.Equal(["activeMismatch"], story.Run.Divergence);
        Assert.Equal((LifecycleState.Running, HealthVerdict.Degraded), (story.State, story.Run.Health.Verdict));
        Assert.Empty(story.Open);
        Assert.Equal(["divergence_detected"], story.Look().Open);
        Assert.False(story.Look().Last!.Changed);
        story.With(static f => f with { State = new StateFileFacts(true, Story.Loop, 1) }).Look();
        Assert.Empty(story.Run.Divergence);
        Assert.Empty(story.Open);
    }

    [Theory]
    [InlineData("loop-b", false, "role_start", false)]
    [InlineData(Story.Loop, true, "role_start", false)]
    [InlineData(Story.Loop, false, "gates_evaluated", false)]
    [InlineData(Story.Loop, false, "tests_start", true)]
    public void Active_mismatch_looks_at_this_loop_and_at_work_only(string loop, bool active, string last, bool expected)
    {
        var story = Story.AtWork().Log(last).With(f => f with { State = new StateFileFacts(active, loop, 1) }).Look();
        Assert.Equal(expected, story.Run.Divergence.Contains("activeMismatch"));
    }

    [Theory]
    [InlineData("r1", 1, true, true)]
    [InlineData("r0", 1, true, false)]
    [InlineData("r1", 2, true, false)]
    [InlineData("r1", 1, false, false)]
    public void Approval_and_completion_conflict_within_one_candidate_only(string run, long iteration, bool ok, bool expected)
    {
        var story = Story.AtWork().Log("approval_requested").ProcessEnds()
            .With(f => f with { Approval = new ApprovalFileFacts("pending", "r1", 1, null, null, null), Summary = new SummaryFacts(run, iteration, ok) })
            .Look();
        Assert.Equal(expected, story.Run.Divergence.Contains("approvalCompletionConflict"));
        Assert.Equal(LifecycleState.AwaitingApproval, story.State);
    }

    [Fact]
    public void An_observation_from_older_rows_is_flagged_and_does_not_take_events_back()
    {
        var story = Story.AtWork();
        var through = story.Run.Evidence.Through;
        var old = story.Observation() with { Evidence = RunEvidence.None };
        story.Now += TimeSpan.FromSeconds(5);
        story.Decide(new DecisionInput.Observed(old));
        Assert.Equal(["cursorRegression"], story.Run.Divergence);
        Assert.Equal(through, story.Run.Evidence.Through);
        Assert.Equal(LifecycleState.Running, story.State);
    }

    [Fact]
    public void The_memory_of_a_former_loop_owner_does_not_end_this_run()
    {
        var story = Story.AtWork()
            .With(static f => f with { ActiveRun = new ActiveRunFacts(9, 9, "loop-b", null), State = new StateFileFacts(true, "loop-b", 3) })
            .Look()
            .With(static f => f with { ActiveRun = null, State = null })
            .Settle();
        Assert.Equal(LifecycleState.Running, story.State);
        story.Log("loop_complete").With(static f => f with { State = new StateFileFacts(false, Story.Loop, 1) }).Look();
        Assert.Equal((LifecycleState.Completed, "artifacts_only"), (story.State, story.Run.Lifecycle.QuiescenceProof));
    }
}
