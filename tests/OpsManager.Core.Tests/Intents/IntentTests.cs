using OpsManager.Core.Decisions;
using OpsManager.Core.Evidence;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;
using OpsManager.Core.Scheduling;
using OpsManager.Core.Tests.Support;

namespace OpsManager.Core.Tests.Intents;

public sealed class IntentTests
{
    private static readonly RunPolicy Balanced = PolicyProfiles.Find("balanced")!;

    [Fact]
    public void A_request_is_accepted_first_and_sent_with_the_next_look()
    {
        var story = Working().Ask(IntentVerb.Pause);
        Assert.False(story.Sends);
        Assert.Equal((IntentStatus.Accepted, "alice"), (Only(story).Status, Only(story).By));

        story.Look();
        Assert.Equal((IntentStatus.Sending, 1), (story.Sent.Status, story.Sent.Sends));
        Assert.Equal(story.Run.Evidence.Attempts.Count, story.Sent.Attempt);
    }

    [Fact]
    public void What_is_asked_while_the_adapter_cannot_be_read_is_sent_all_the_same()
    {
        var story = Working().Ask(IntentVerb.Cancel).Fail("adapter_error", 1, 1);
        Assert.Equal(IntentVerb.Cancel, story.Sent.Verb);
    }

    [Fact]
    public void A_request_that_comes_twice_is_one_intent()
    {
        var story = Working().Ask(IntentVerb.Pause, "same");
        story.Ask(IntentVerb.Pause, "same");
        Assert.False(story.Last!.Changed);
        Assert.Single(story.Run.Intents);
    }

    [Fact]
    public void A_request_that_is_not_possible_becomes_a_refused_intent_and_nothing_else()
    {
        var story = Working().Ask(IntentVerb.Resume);
        Assert.Empty(story.Run.Intents);
        var refused = Assert.Single(story.Last!.Intents);
        Assert.Equal((IntentStatus.Refused, IntentCodes.NotPaused), (refused.Status, refused.Steps[^1].Code));
    }

    [Fact]
    public void An_answer_that_is_lost_is_asked_for_again_until_the_effect_is_seen()
    {
        var story = Working().Ask(IntentVerb.Pause).Look();
        story.Look(4);
        Assert.False(story.Sends);
        story.Look(2);
        Assert.Equal(2, story.Sent.Sends);
        story.Leader(true, stopped: true).Look();
        Assert.Equal(IntentStatus.Confirmed, Only(story).Status);
        Assert.Equal(["accepted", "sending", "confirmed"], Only(story).Steps.Select(Word));
    }

    [Fact]
    public void An_intent_that_could_never_be_sent_expires()
    {
        var story = Working().Ask(IntentVerb.Pause);
        story.Decide(new DecisionInput.IntentAnswered(new DeliveryAnswer(Only(story).Id, DeliveryOutcome.Done)));
        Assert.Equal(IntentStatus.Accepted, Only(story).Status);
        story.Look(Balanced.DeliveryDeadline.TotalSeconds);
        Assert.Equal((IntentStatus.Expired, IntentCodes.DeliveryDeadline), (Only(story).Status, Only(story).Steps[^1].Code));
        Assert.Contains("control_expired", story.Open);
    }

    [Fact]
    public void An_intent_without_a_clear_answer_ends_ambiguous_and_is_escalated_until_it_is_made_up_for()
    {
        var story = Working().Ask(IntentVerb.Pause).Look();
        while (Only(story).Status == IntentStatus.Sending)
        {
            if (story.Sends)
            {
                story.Reply(DeliveryOutcome.Unknown, "transport_timeout");
            }

            story.Look(20);
        }

        Assert.Equal(IntentStatus.Ambiguous, Only(story).Status);
        Assert.Contains("transport_timeout", Only(story).Steps[^1].Evidence, StringComparison.Ordinal);
        Assert.Contains("control_ambiguous", story.Open);

        story.Ask(IntentVerb.Pause);
        Assert.DoesNotContain("control_ambiguous", story.Open);
    }

    [Fact]
    public void Sends_are_spaced_wider_and_wider_up_to_a_minute()
    {
        var story = Working().Ask(IntentVerb.Pause).Look();
        var gaps = new List<double>();
        var last = story.Now;
        while (gaps.Count < 6)
        {
            story.Look(1);
            if (story.Sends)
            {
                gaps.Add((story.Now - last).TotalSeconds);
                last = story.Now;
            }
        }

        Assert.Equal([5, 10, 20, 40, 60, 60], gaps);
    }

    [Fact]
    public void A_pause_is_delivered_when_the_leader_is_stopped_and_confirmed_when_nothing_works()
    {
        var story = Working().Ask(IntentVerb.Pause).Look().Leader(true, stopped: true, children: 2).Reply(DeliveryOutcome.Done).Look();
        Assert.Equal((IntentStatus.Delivered, LifecycleState.Pausing), (Only(story).Status, story.State));
        story.Leader(true, stopped: true, children: 0).Look();
        Assert.Equal((IntentStatus.Confirmed, LifecycleState.Paused), (Only(story).Status, story.State));
        Assert.Equal("alice", story.Run.Hold!.By);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData(600L, true)]
    public void A_pause_has_the_time_of_the_role_in_flight_and_no_limit_where_the_role_has_none(long? timeout, bool ends)
    {
        var story = Working(timeout).Ask(IntentVerb.Pause).Look().Leader(true, stopped: true, children: 1).Reply(DeliveryOutcome.Done);
        story.Look(600);
        Assert.Equal(IntentStatus.Delivered, Only(story).Status);
        story.Look(160);
        Assert.Equal(ends ? IntentStatus.Ambiguous : IntentStatus.Delivered, Only(story).Status);
    }

    [Fact]
    public void A_pause_under_way_may_end_with_the_run()
    {
        var story = Working().Ask(IntentVerb.Pause).Look().Reply(DeliveryOutcome.Done).Log("loop_complete").Leader(false).Look();
        Assert.Equal(LifecycleState.Completed, story.State);
        Assert.Equal((IntentStatus.Superseded, IntentCodes.RunEndedFirst), (Only(story).Status, Only(story).Steps[^1].Code));
    }

    [Fact]
    public void Resume_goes_through_resuming_and_is_confirmed_by_a_leader_at_work()
    {
        var story = Paused().Ask(IntentVerb.Resume).Look();
        Assert.Equal(LifecycleState.Resuming, story.State);
        story.Reply(DeliveryOutcome.Done);
        Assert.Null(story.Run.Hold);
        story.Look();
        Assert.Equal(LifecycleState.Resuming, story.State);
        story.Leader(true).Look();
        Assert.Equal((LifecycleState.Running, IntentStatus.Confirmed), (story.State, Newest(story).Status));
    }

    [Fact]
    public void A_resume_that_has_no_effect_leaves_the_run_paused()
    {
        var story = Paused().Ask(IntentVerb.Resume).Look().Reply(DeliveryOutcome.Done).Look(Balanced.ConfirmTimeout.TotalSeconds);
        Assert.Equal((LifecycleState.Paused, IntentStatus.Ambiguous), (story.State, Newest(story).Status));
    }

    [Fact]
    public void Pause_and_resume_displace_each_other()
    {
        var story = Working().Ask(IntentVerb.Pause, "first").Ask(IntentVerb.Resume, "second");
        Assert.Equal((IntentStatus.Superseded, IntentCodes.Replaced), (story.Intents[IntentId.Parse("first")].Status, story.Intents[IntentId.Parse("first")].Steps[^1].Code));
        story.Ask(IntentVerb.Pause, "third");
        Assert.Equal(IntentStatus.Superseded, story.Intents[IntentId.Parse("second")].Status);
        Assert.Equal("third", Assert.Single(story.Run.Intents).Id.Value);
    }

    [Fact]
    public void A_pause_without_a_process_holds_the_relaunch_at_once_and_resume_lifts_it()
    {
        var story = Awaiting().Ask(IntentVerb.Pause);
        Assert.Equal(IntentStatus.Confirmed, Only(story).Status);
        Approve(story, "bob").Look();
        Assert.Equal(LifecycleState.AwaitingRelaunch, story.State);
        Assert.False(story.Sends);
        Assert.Equal(IntentCodes.Paused, Action(story, IntentVerb.Relaunch).Reason);

        story.Ask(IntentVerb.Resume);
        Assert.Equal(IntentStatus.Confirmed, Newest(story).Status);
        story.Look();
        Assert.Equal(IntentVerb.Relaunch, story.Sent.Verb);
    }

    [Fact]
    public void A_leader_stopped_while_its_candidate_waits_is_let_go_and_the_pause_holds()
    {
        var story = Working().Ask(IntentVerb.Pause).Look().Reply(DeliveryOutcome.Done);
        story.Log("approval_requested").Leader(true, stopped: true)
            .With(static files => files with { Approval = new ApprovalFileFacts("pending", "r1", 1, Story.Beginning, null, null) }).Look();
        var resume = story.Sent;
        Assert.Equal((IntentVerb.Resume, "manager", true), (resume.Verb, resume.By, resume.KeepsHold));

        story.Reply(DeliveryOutcome.Done).Leader(false).ProcessEnds().Look();
        Assert.Equal(LifecycleState.AwaitingApproval, story.State);
        Assert.NotNull(story.Run.Hold);
        Assert.All(story.Intents.Values, static intent => Assert.Equal(IntentStatus.Confirmed, intent.Status));
    }

    [Fact]
    public void A_leader_that_somebody_lets_go_by_hand_is_not_held_any_more()
    {
        var story = Paused().Leader(true).Look();
        Assert.Equal(LifecycleState.Running, story.State);
        Assert.Null(story.Run.Hold);
        Assert.True(Action(story, IntentVerb.Pause).Allowed);
    }

    [Fact]
    public void A_cancel_is_proven_by_the_adapter_and_by_the_next_look()
    {
        var story = Working().Ask(IntentVerb.Cancel).Look();
        Assert.Equal(LifecycleState.Cancelling, story.State);
        story.Leader(false).ProcessEnds().Exit(143).Reply(DeliveryOutcome.Done);
        Assert.Equal(LifecycleState.Cancelling, story.State);
        story.Look();
        Assert.Equal((LifecycleState.Cancelled, (string?)null, Quiescence.Proven), (story.State, story.Run.Lifecycle.Reason, story.Run.Lifecycle.Quiescence));
        Assert.Equal(IntentStatus.Confirmed, Only(story).Status);
        Assert.Equal("alice", story.Transitions[^1].By);
    }

    [Fact]
    public void A_cancel_whose_answer_was_lost_is_read_back()
    {
        var story = Working().Ask(IntentVerb.Cancel).Look().Reply(DeliveryOutcome.Unknown, "transport_timeout");
        story.Leader(false).ProcessEnds().Exit(143).Look().Look();
        story.Look(Balanced.EndSettle.TotalSeconds);
        Assert.Equal((LifecycleState.Cancelled, (string?)null), (story.State, story.Run.Lifecycle.Reason));
        Assert.Equal(IntentStatus.Confirmed, Only(story).Status);
    }

    [Fact]
    public void A_cancel_of_a_run_without_a_process_ends_it_once_the_adapter_has_barred_it()
    {
        var story = Awaiting().Ask(IntentVerb.Cancel).Look().Reply(DeliveryOutcome.Done).Look();
        Assert.Equal((LifecycleState.Cancelled, Quiescence.Proven), (story.State, story.Run.Lifecycle.Quiescence));
    }

    [Fact]
    public void A_cancel_before_anything_was_launched_ends_the_run_at_once_and_nothing_is_sent()
    {
        var story = new Story(LaunchKind.Start).Ask(IntentVerb.Cancel);
        Assert.Equal((LifecycleState.Cancelled, "not_started"), (story.State, story.Run.Lifecycle.QuiescenceProof));
        Assert.Equal(IntentStatus.Confirmed, Only(story).Status);
        story.Look();
        Assert.Empty(story.Effects.OfType<Effect.StartRuntime>());
    }

    [Fact]
    public void A_cancel_overtakes_a_start_in_flight_and_waits_for_the_adapter()
    {
        var story = new Story(LaunchKind.Start).Capable().With(static _ => new RuntimeFacts()).Look();
        Assert.Single(story.Effects.OfType<Effect.StartRuntime>());
        story.Ask(IntentVerb.Cancel).Look();
        Assert.Equal((LifecycleState.Cancelling, IntentVerb.Cancel), (story.State, story.Sent.Verb));
        Assert.Single(story.Effects.OfType<Effect.StartRuntime>());
        story.Reply(DeliveryOutcome.Done).Look();
        Assert.Equal((LifecycleState.Cancelled, Quiescence.Proven), (story.State, story.Run.Lifecycle.Quiescence));
    }

    [Fact]
    public void A_completion_that_the_log_states_comes_before_the_cancel()
    {
        var story = Working().Ask(IntentVerb.Cancel).Look().Log("loop_complete").Leader(false).ProcessEnds().Reply(DeliveryOutcome.Done).Look();
        Assert.Equal(LifecycleState.Completed, story.State);
        Assert.Equal((IntentStatus.Superseded, IntentCodes.RunEndedFirst), (Only(story).Status, Only(story).Steps[^1].Code));
    }

    [Fact]
    public void A_cancel_displaces_everything_and_nothing_is_possible_beside_it_but_to_kill()
    {
        var story = Working().Ask(IntentVerb.Pause, "first").Look().Ask(IntentVerb.Cancel);
        Assert.Equal(IntentStatus.Superseded, story.Intents[IntentId.Parse("first")].Status);
        story.Look();
        Assert.All(
            AllowedActions.For(story.Run, story.Now).Where(static action => !action.Action.Ends()),
            static action => Assert.Equal(IntentCodes.CancelInProgress, action.Reason));
        var force = Action(story, IntentVerb.ForceCancel);
        Assert.Equal((false, IntentCodes.GracePeriod, story.Run.Cancel!.SentAt + Balanced.CancelGrace), (force.Allowed, force.Reason, force.AvailableAt));
    }

    [Fact]
    public void A_cancel_that_has_no_effect_is_given_up_and_the_run_goes_on_where_it_stands()
    {
        var story = Working().Ask(IntentVerb.Cancel).Look().Reply(DeliveryOutcome.Done).Look(Balanced.ConfirmTimeout.TotalSeconds);
        Assert.Equal((LifecycleState.Running, IntentStatus.Ambiguous), (story.State, Only(story).Status));
        Assert.Contains("control_ambiguous", story.Open);
        Assert.True(Action(story, IntentVerb.ForceCancel).Allowed);
    }

    [Fact]
    public void A_cancel_that_is_refused_leaves_the_run_as_it_is()
    {
        var story = Working().Ask(IntentVerb.Cancel).Look().Reply(DeliveryOutcome.Refused, "observe_only", "several loops").Look();
        Assert.Equal((LifecycleState.Running, IntentStatus.Refused), (story.State, Only(story).Status));
        Assert.Null(story.Run.Cancel);
    }

    [Fact]
    public void A_kill_is_possible_after_the_grace_and_goes_out_beside_the_cancel()
    {
        var story = Working().Ask(IntentVerb.Cancel).Look().Reply(DeliveryOutcome.Unknown, "transport_timeout");
        story.Ask(IntentVerb.ForceCancel, "early");
        Assert.Equal(IntentStatus.Refused, story.Intents[IntentId.Parse("early")].Status);
        story.Now += Balanced.CancelGrace;
        story.Ask(IntentVerb.ForceCancel).Look();
        Assert.Equal(IntentVerb.ForceCancel, story.Sent.Verb);
        story.Leader(false).Exit(137).Reply(DeliveryOutcome.Done).Look();
        Assert.Equal((LifecycleState.Cancelled, Quiescence.Proven), (story.State, story.Run.Lifecycle.Quiescence));
        Assert.All(story.Intents.Values.Where(static intent => intent.Id.Value != "early"), static intent => Assert.Equal(IntentStatus.Confirmed, intent.Status));
    }

    [Fact]
    public void Survivors_of_an_ended_run_are_reaped_and_the_end_stays_what_it_was()
    {
        var story = Working().Leader(false, children: 1).Look().Look(60);
        var ended = story.Run.Lifecycle;
        Assert.Equal((LifecycleState.Crashed, Quiescence.NotProven), (ended.State, ended.Quiescence));
        Assert.Equal(IntentCodes.RunEnded, Action(story, IntentVerb.Cancel).Reason);

        story.Ask(IntentVerb.ForceCancel);
        Assert.NotNull(PollSchedule.NextInterval(story.Run, null, true));
        story.Look();
        Assert.Equal(IntentVerb.ForceCancel, story.Sent.Verb);
        story.Reply(DeliveryOutcome.Done).Look();
        Assert.Equal(IntentStatus.Delivered, Only(story).Status);
        story.Leader(false, children: 0).Look();
        Assert.Equal(
            (ended.State, ended.Reason, ended.Since, Quiescence.Proven),
            (story.State, story.Run.Lifecycle.Reason, story.Run.Lifecycle.Since, story.Run.Lifecycle.Quiescence));
        Assert.Equal(IntentStatus.Confirmed, Only(story).Status);
        Assert.Null(PollSchedule.NextInterval(story.Run, null, true));
        Assert.Equal(IntentCodes.NothingLeft, Action(story, IntentVerb.ForceCancel).Reason);
    }

    [Fact]
    public void An_approval_is_confirmed_by_the_decision_that_bears_its_id_and_taken_up_by_a_relaunch()
    {
        var story = Awaiting().Ask(IntentVerb.Approve, "yes-1").Look();
        Assert.Equal(new Candidate("r1", 1, Story.Beginning), story.Sent.Candidate);
        story.Reply(DeliveryOutcome.Done).Log("approval_decision", status: "approved", by: "alice", note: "yes-1: looks good").Look();
        Assert.Equal(IntentStatus.Confirmed, story.Intents[IntentId.Parse("yes-1")].Status);
        Assert.Equal(LifecycleState.AwaitingRelaunch, story.State);
        Assert.DoesNotContain("unattributed_decision", story.Open);

        var relaunch = story.Sent;
        Assert.Equal((IntentVerb.Relaunch, "manager", 2), (relaunch.Verb, relaunch.By, relaunch.Attempt));
        story.Reply(DeliveryOutcome.Done).Log("loop_start", run: "r2").Log("approval_consumed").Leader(true).Look();
        Assert.Equal(IntentStatus.Confirmed, story.Intents[relaunch.Id].Status);
        Assert.Equal(2, story.Run.Evidence.Attempts.Count);
        story.Log("loop_complete").Leader(false).ProcessEnds().Look();
        Assert.Equal(LifecycleState.Completed, story.State);
    }

    [Fact]
    public void A_relaunched_process_that_has_begun_but_not_taken_the_decision_up_yet_is_not_launched_again()
    {
        var story = Relaunching().Reply(DeliveryOutcome.Done).Log("loop_start", run: "r2").Leader(true).Look();
        Assert.Equal(LifecycleState.AwaitingRelaunch, story.State);
        Assert.Equal(2, story.Intents.Count);
        story.Log("approval_consumed").Look();
        Assert.Equal(LifecycleState.Running, story.State);
        Assert.Equal([IntentStatus.Confirmed, IntentStatus.Confirmed], story.Intents.Values.Select(static intent => intent.Status));
    }

    [Fact]
    public void A_decision_that_only_the_adapter_remembers_as_ours_is_ours()
    {
        var story = Awaiting().Ask(IntentVerb.Approve, "yes-1").Look().Reply(DeliveryOutcome.Unknown);
        Approve(story, "alice").With(static files => files with { Control = new ControlFactsSeen(null, null, "yes-1", "approved") }).Look();
        Assert.Equal(IntentStatus.Confirmed, story.Intents[IntentId.Parse("yes-1")].Status);
        Assert.DoesNotContain("unattributed_decision", story.Open);
    }

    [Fact]
    public void A_decision_taken_by_hand_supersedes_ours_names_who_took_it_and_is_escalated()
    {
        var story = Awaiting().Ask(IntentVerb.Approve, "yes-1").Look().Reply(DeliveryOutcome.Unknown);
        story.Log("approval_decision", status: "rejected", by: "bob").Look();
        var superseded = story.Intents[IntentId.Parse("yes-1")];
        Assert.Equal((IntentStatus.Superseded, IntentCodes.DecidedElsewhere, "bob"), (superseded.Status, superseded.Steps[^1].Code, superseded.Steps[^1].By));
        Assert.Contains("unattributed_decision", story.Open);
    }

    [Fact]
    public void Of_two_deciders_the_second_is_told_that_a_decision_is_under_way()
    {
        var story = Awaiting().Ask(IntentVerb.Approve, "yes-1").Ask(IntentVerb.Reject, "no-1");
        var refused = story.Intents[IntentId.Parse("no-1")];
        Assert.Equal((IntentStatus.Refused, IntentCodes.DecisionInProgress), (refused.Status, refused.Steps[^1].Code));
    }

    [Fact]
    public void An_approval_for_an_older_candidate_is_refused_by_name()
    {
        var story = Awaiting().Ask(IntentVerb.Approve, "yes-1", candidate: new Candidate("r0", 3, null));
        Assert.Equal((IntentStatus.Refused, IntentCodes.CandidateMismatch), (Only(story).Status, Only(story).Steps[^1].Code));
    }

    [Fact]
    public void An_approval_not_yet_sent_never_meets_the_next_candidate()
    {
        var story = Awaiting().Ask(IntentVerb.Approve, "yes-1");
        story.Log("approval_requested", iteration: 2)
            .With(static files => files with { Approval = new ApprovalFileFacts("pending", "r1", 2, Story.Beginning, null, null) }).Look();
        Assert.False(story.Sends);
        Assert.Equal((IntentStatus.Superseded, IntentCodes.CandidateGone), (Only(story).Status, Only(story).Steps[^1].Code));
    }

    [Fact]
    public void A_rejection_that_is_not_to_be_relaunched_stops_the_run()
    {
        var story = Awaiting(relaunchOnDecision: false).Ask(IntentVerb.Reject, "no-1").Look().Reply(DeliveryOutcome.Done);
        story.Log("approval_decision", status: "rejected", by: "alice", note: "no-1").Look();
        Assert.Equal((LifecycleState.Stopped, EndReasons.Rejected), (story.State, story.Run.Lifecycle.Reason));
        Assert.Equal(IntentStatus.Confirmed, Only(story).Status);
    }

    [Fact]
    public void An_approval_that_is_not_to_be_relaunched_waits_for_a_relaunch()
    {
        var story = Awaiting(relaunchOnDecision: false).Ask(IntentVerb.Approve, "yes-1").Look().Reply(DeliveryOutcome.Done);
        story.Log("approval_decision", status: "approved", by: "alice", note: "yes-1").Look();
        Assert.Equal(LifecycleState.AwaitingRelaunch, story.State);
        Assert.False(story.Sends);
        story.Ask(IntentVerb.Relaunch).Look();
        Assert.Equal((IntentVerb.Relaunch, "alice"), (story.Sent.Verb, story.Sent.By));
    }

    [Fact]
    public void A_relaunch_that_exits_without_taking_the_decision_up_fails_and_is_not_tried_again_by_itself()
    {
        var story = Relaunching().Reply(DeliveryOutcome.Done);
        story.Leader(false).Exit(1, text: "refusing to run").With(static files => files with { Launch = new LaunchRecord(2, 4, null) }).Look();
        var failed = story.Intents.Values.Single(static intent => intent.Verb == IntentVerb.Relaunch);
        Assert.Equal(IntentStatus.Failed, failed.Status);
        Assert.Contains("control_failed", story.Open);
        story.Look().Look();
        Assert.False(story.Sends);
        Assert.True(Action(story, IntentVerb.Relaunch).Allowed);
    }

    [Theory]
    [InlineData("not_quiescent", IntentStatus.Sending)]
    [InlineData("start_in_progress", IntentStatus.Sending)]
    [InlineData("foreign_process", IntentStatus.Refused)]
    [InlineData("stuck_at_threshold", IntentStatus.Refused)]
    public void A_relaunch_is_sent_again_after_what_time_alone_may_lift(string code, IntentStatus status)
    {
        var story = Relaunching();
        var id = story.Sent.Id;
        story.Reply(DeliveryOutcome.Refused, code, "why");
        Assert.Equal(status, story.Intents[id].Status);
        Assert.Equal(status == IntentStatus.Refused, story.Open.Contains("control_refused"));
    }

    [Fact]
    public void While_a_process_takes_the_decision_up_no_other_one_is_launched()
    {
        var story = Relaunching();
        var relaunch = story.Sent.Id;

        story.Reply(DeliveryOutcome.Done).Log("loop_start", run: "r2").Leader(true).Look().Look();

        Assert.Equal(IntentStatus.Confirmed, story.Intents[relaunch].Status);
        Assert.Single(story.Intents.Values, static intent => intent.Verb == IntentVerb.Relaunch);
        story.Leader(false).Look();
        Assert.Equal((IntentVerb.Relaunch, 3), (story.Sent.Verb, story.Sent.Attempt));
    }

    [Fact]
    public void Contradictions_freeze_what_the_manager_asks_itself_and_nothing_a_person_asks()
    {
        var story = Awaiting();
        story.Log("approval_decision", status: "approved", by: "bob")
            .With(static files => files with { Approval = files.Approval! with { Status = "pending" }, Summary = new SummaryFacts("r1", 1, true) }).Look();
        Assert.NotEmpty(story.Run.Divergence);
        Assert.Equal(LifecycleState.AwaitingRelaunch, story.State);
        Assert.False(story.Sends);
        story.Ask(IntentVerb.Relaunch).Look();
        Assert.Equal("alice", story.Sent.By);
    }

    [Fact]
    public void A_broken_policy_that_may_act_asks_once_in_its_own_name()
    {
        var story = new Story(policy: Balanced with { Actions = new PolicyActions { Stall = PolicyAction.Cancel } }).Capable()
            .Log("loop_start").Log("iteration_start").Leader(true).Look();
        story.Look(Balanced.StallCritical.TotalSeconds);
        Assert.Equal((IntentVerb.Cancel, "policy:stall"), (story.Sent.Verb, story.Sent.By));
        Assert.Contains("policy_acted", story.Open);

        story.Reply(DeliveryOutcome.Refused, "observe_only").Look(60).Look(60);
        Assert.False(story.Sends);
    }

    [Fact]
    public void The_cancel_of_a_deadline_policy_times_the_run_out()
    {
        var story = new Story(policy: Balanced with { MaxActiveDuration = TimeSpan.FromMinutes(1), Actions = new PolicyActions { MaxActiveDuration = PolicyAction.Cancel } }).Capable()
            .Log("loop_start").Leader(true).Look().Look(60);
        story.Leader(false).Exit(143).ProcessEnds().Reply(DeliveryOutcome.Done).Look();
        Assert.Equal((LifecycleState.TimedOut, PolicyNames.MaxActiveDuration, "policy:max_active_duration"), (story.State, story.Run.Lifecycle.Reason, story.Transitions[^1].By));
        Assert.Equal(IntentStatus.Confirmed, Only(story).Status);
    }

    [Fact]
    public void A_run_whose_start_deadline_may_cancel_it_times_out_also_while_its_adapter_cannot_be_reached()
    {
        var story = new Story(policy: Balanced with { Actions = new PolicyActions { StartDeadline = PolicyAction.Cancel } });
        story.Fail("transport_unreachable", 9, 600, Balanced.StartDeadline.TotalSeconds);
        Assert.Equal((LifecycleState.TimedOut, PolicyNames.StartDeadline), (story.State, story.Run.Lifecycle.Reason));
    }

    [Fact]
    public void A_v1_endpoint_is_offered_decisions_and_the_cancel_of_its_active_loop_only()
    {
        var story = Story.AtWork();
        var offered = AllowedActions.For(story.Run, story.Now).Where(static action => action.Allowed).Select(static action => action.Action);
        Assert.Equal([IntentVerb.Cancel], offered);
        Assert.Equal(IntentCodes.NotSupported, Action(story, IntentVerb.Pause).Reason);

        story.With(static files => files with { ActiveRun = new ActiveRunFacts(7, 7, "loop-b", "loop_start") }).Look();
        Assert.Equal(IntentCodes.NotActive, Action(story, IntentVerb.Cancel).Reason);
    }

    [Fact]
    public void A_cancel_on_a_v1_endpoint_counts_after_ten_seconds_of_inactivity_as_artifacts_only()
    {
        var story = Story.AtWork().Ask(IntentVerb.Cancel).Look().Reply(DeliveryOutcome.Unknown, "adapter_error");
        story.With(static files => files with { State = null, ActiveRun = null }).Look().Look(9);
        Assert.Equal(LifecycleState.Cancelling, story.State);
        story.Look(1);
        Assert.Equal((LifecycleState.Cancelled, "artifacts_only"), (story.State, story.Run.Lifecycle.QuiescenceProof));
        Assert.Equal(IntentStatus.Confirmed, Only(story).Status);
    }

    [Fact]
    public void Twenty_open_intents_are_the_most_a_run_carries()
    {
        var intents = Enumerable.Range(1, 20).Select(static n => new Intent
        {
            Id = IntentId.Parse($"open-{n}"),
            Number = n,
            Verb = IntentVerb.Relaunch,
            Status = IntentStatus.Accepted,
            By = "alice",
            AcceptedAt = Story.Beginning,
        });
        var run = Working().Run with { Intents = Primitives.ValueList.ToValueList(intents), IntentCount = 20 };
        Assert.Equal(IntentCodes.TooManyOpen, AllowedActions.For(run, Story.Beginning).Single(static action => action.Action == IntentVerb.Pause).Reason);
        Assert.True(AllowedActions.For(run with { Cancel = new CancelMemory(IntentId.Parse("open-1"), "a", default, false) }, Story.Beginning).Single(static action => action.Action == IntentVerb.ForceCancel).Allowed);
    }

    [Fact]
    public void A_pause_holds_the_relaunch_when_the_process_that_was_taking_the_decision_up_has_died()
    {
        var story = TakingUp().Ask(IntentVerb.Pause, "hold");
        Assert.Equal(IntentStatus.Accepted, Newest(story).Status);

        story.Leader(false).Look();

        Assert.Equal((IntentStatus.Confirmed, "hold"), (Newest(story).Status, story.Run.Hold?.Intent.Value));
        Assert.False(story.Sends);
        story.Look().Look();
        Assert.False(story.Sends);

        story.Ask(IntentVerb.Resume).Look();
        Assert.Equal((IntentVerb.Relaunch, 3), (story.Sent.Verb, story.Sent.Attempt));
    }

    [Fact]
    public void A_pause_that_meets_no_process_while_a_decision_is_to_be_taken_up_is_settled_by_the_next_look()
    {
        var story = TakingUp().Ask(IntentVerb.Pause, "hold").Look();
        Assert.Equal(IntentVerb.Pause, story.Sent.Verb);

        story.Reply(DeliveryOutcome.Refused, "no_process");
        Assert.Equal((IntentStatus.Sending, "no_process"), (Newest(story).Status, Newest(story).Steps[^1].Code));

        story.Leader(false).Look();
        Assert.Equal((IntentStatus.Confirmed, "hold"), (Newest(story).Status, story.Run.Hold?.Intent.Value));
        Assert.False(story.Sends);
    }

    [Fact]
    public void Where_only_files_say_that_the_process_is_gone_a_pause_holds_nothing_that_may_yet_take_the_decision_up()
    {
        var story = TakingUp().Ask(IntentVerb.Pause, "hold").With(static files => files with { Leader = null }).ProcessEnds().Look();
        Assert.Null(story.Run.Hold);
        Assert.Equal(IntentVerb.Pause, story.Sent.Verb);
    }

    [Fact]
    public void A_pause_that_meets_no_process_of_a_run_at_work_is_refused()
    {
        var story = Working().Ask(IntentVerb.Pause).Look().Reply(DeliveryOutcome.Refused, "no_process");
        Assert.Equal((IntentStatus.Refused, "no_process"), (Only(story).Status, Only(story).Steps[^1].Code));
    }

    private static Story TakingUp()
    {
        var story = Relaunching().Reply(DeliveryOutcome.Done).Log("loop_start", run: "r2").Leader(true).Look();
        Assert.Equal(LifecycleState.AwaitingRelaunch, story.State);
        return story;
    }

    private static Story Working(long? roleTimeout = null)
    {
        var story = new Story().Capable().Log("loop_start");
        if (roleTimeout is not null)
        {
            // The runtime names the limit of a role only when one runs into it; the work that follows shows that the run goes on.
            story.Log("iteration_start").Log("role_start", role: "planner").Log("role_timeout", timeout: roleTimeout);
        }

        return story.Log("iteration_start", iteration: 2).Log("role_start", iteration: 2, role: "implementer").Leader(true).Look();
    }

    private static Story Paused() =>
        Working().Ask(IntentVerb.Pause).Look().Leader(true, stopped: true).Reply(DeliveryOutcome.Done).Look();

    private static Story Awaiting(bool relaunchOnDecision = true)
    {
        var story = new Story(relaunchOnDecision: relaunchOnDecision).Capable()
            .Log("loop_start").Log("iteration_start").Log("approval_requested")
            .ProcessEnds().Leader(false)
            .With(static files => files with { Approval = new ApprovalFileFacts("pending", "r1", 1, Story.Beginning, null, null) })
            .Look();
        Assert.Equal(LifecycleState.AwaitingApproval, story.State);
        return story;
    }

    private static Story Approve(Story story, string by) =>
        story.With(files => files with { Approval = files.Approval! with { Status = "approved", DecidedBy = by } });

    private static Story Relaunching() =>
        Awaiting().Ask(IntentVerb.Approve, "yes-1").Look().Reply(DeliveryOutcome.Done)
            .Log("approval_decision", status: "approved", by: "alice", note: "yes-1").Look();

    private static Intent Only(Story story) => Assert.Single(story.Intents.Values);

    private static Intent Newest(Story story) => story.Intents.Values.MaxBy(static intent => intent.Number)!;

    private static AllowedAction Action(Story story, IntentVerb verb) =>
        AllowedActions.For(story.Run, story.Now).Single(action => action.Action == verb);

    private static string Word(IntentStep step) => step.Status.ToString().ToLowerInvariant();
}
