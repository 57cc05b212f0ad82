using OpsManager.Core.Evidence;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Tests.Support;
using static OpsManager.Core.Tests.Support.IntentStories;

namespace OpsManager.Core.Tests.Intents;

/// <summary>Approve and reject, and the relaunch that takes a decision up.</summary>
public sealed class DecisionTests
{
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
    public void Nothing_is_launched_on_a_log_that_was_not_read_to_its_end()
    {
        var story = TakingUp().Leader(false).Look(5, caughtUp: false);
        Assert.False(story.Sends);
        Assert.DoesNotContain(story.Run.Intents, static open => open is { Verb: IntentVerb.Relaunch, Attempt: 3 });
        story.Look();
        Assert.Equal((IntentVerb.Relaunch, 3), (story.Sent.Verb, story.Sent.Attempt));

        story = Awaiting(relaunchOnDecision: false).Log("approval_decision", status: "approved", by: "bob").Look().Ask(IntentVerb.Relaunch);
        Assert.False(story.Look(5, caughtUp: false).Sends);
        Assert.False(story.Fail("transport_unreachable", 1, 0).Sends);
        Assert.Equal(IntentVerb.Relaunch, story.Look().Sent.Verb);
    }

    [Fact]
    public void A_relaunch_that_was_not_sent_is_not_needed_once_the_decision_was_taken_up()
    {
        var story = TakingUp().Fail("transport_unreachable", 9, 600).Ask(IntentVerb.Relaunch);
        Assert.Equal(IntentStatus.Accepted, Newest(story).Status);
        story.Log("approval_consumed").Leader(false).Exit(137).Look();
        Assert.Equal((IntentStatus.Superseded, IntentCodes.NoDecision), (Newest(story).Status, Newest(story).Steps[^1].Code));
        Assert.False(story.Sends);
        Assert.Equal(LifecycleState.Crashed, story.Look().State);
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
        Assert.Empty(story.Open);
    }

    [Fact]
    public void A_rejection_that_ends_the_run_and_that_only_the_adapter_remembers_as_ours_is_ours()
    {
        var story = Awaiting(relaunchOnDecision: false).Ask(IntentVerb.Reject, "no-1").Look().Reply(DeliveryOutcome.Done);
        story.Log("approval_decision", status: "rejected", by: "alice").With(static files => files with { Control = new ControlFactsSeen(null, null, "no-1", "rejected") }).Look();
        Assert.Equal((LifecycleState.Stopped, IntentStatus.Confirmed), (story.State, Only(story).Status));
        Assert.Empty(story.Open);
    }

    [Fact]
    public void A_rejection_by_hand_that_ends_the_run_is_escalated_also_when_ours_was_on_its_way()
    {
        var story = Awaiting(relaunchOnDecision: false).Ask(IntentVerb.Reject, "no-1").Look().Reply(DeliveryOutcome.Unknown);
        story.Log("approval_decision", status: "rejected", by: "bob").Look();
        Assert.Equal((LifecycleState.Stopped, IntentStatus.Superseded), (story.State, Only(story).Status));
        Assert.Equal(["unattributed_decision"], story.Open);
    }

    [Fact]
    public void A_decision_that_was_given_up_and_took_effect_all_the_same_is_ours()
    {
        var story = Awaiting().Ask(IntentVerb.Approve, "yes-1").Look().Reply(DeliveryOutcome.Done);
        story.Fail("transport_unreachable", 9, 600, story.Run.Policy.ConfirmTimeout.TotalSeconds);
        Assert.Equal(IntentStatus.Ambiguous, Only(story).Status);

        // Asked for once more while nobody could look; the adapter knows that it was decided.
        story.Ask(IntentVerb.Approve, "yes-2").Fail("transport_unreachable", 10, 700);
        Assert.Equal(IntentId.Parse("yes-2"), story.Sent.Id);
        story.Reply(DeliveryOutcome.Unknown).Log("approval_decision", status: "approved", by: "alice", note: "yes-1").Look();
        Assert.Equal(IntentStatus.Superseded, story.Intents[IntentId.Parse("yes-2")].Status);
        Assert.Equal(IntentId.Parse("yes-1"), story.Run.Decision!.Intent);
        Assert.DoesNotContain("unattributed_decision", story.Open);
    }

    [Fact]
    public void A_decision_that_a_refused_cancel_had_displaced_is_ours()
    {
        var story = Awaiting().Ask(IntentVerb.Approve, "yes-1").Look().Reply(DeliveryOutcome.Unknown).Ask(IntentVerb.Cancel, "end-1").Look();
        Assert.Equal(IntentStatus.Superseded, story.Intents[IntentId.Parse("yes-1")].Status);
        story.Reply(DeliveryOutcome.Refused, "observe_only");

        Approve(story, "alice").With(static files => files with { Control = new ControlFactsSeen(null, null, "yes-1", "approved") }).Look();
        Assert.Equal(LifecycleState.AwaitingRelaunch, story.State);
        Assert.DoesNotContain("unattributed_decision", story.Open);
    }

    [Fact]
    public void What_was_sent_about_one_candidate_explains_no_decision_on_the_next()
    {
        var story = Awaiting().Ask(IntentVerb.Approve, "yes-1").Look().Reply(DeliveryOutcome.Done);
        story.Look(story.Run.Policy.ConfirmTimeout.TotalSeconds + 1);
        Assert.Equal(IntentStatus.Ambiguous, Only(story).Status);
        story.Log("approval_requested", iteration: 2)
            .With(static files => files with { Approval = new ApprovalFileFacts("pending", "r1", 2, Story.Beginning, null, null) }).Look();
        story.Log("approval_decision", iteration: 2, status: "approved", by: "bob").Look();
        Assert.Contains("unattributed_decision", story.Open);
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

    [Fact]
    public void A_relaunch_after_one_that_exited_has_a_number_of_its_own_and_is_confirmed_by_one_more_attempt()
    {
        var story = Relaunching().Reply(DeliveryOutcome.Done);
        var baseLine = story.Line;
        story.Leader(false).Exit(1, text: "refusing to run").With(files => files with { Launch = new LaunchRecord(2, baseLine, null, "run-1") }).Look();

        // The adapter answers a number that it knows with the launch it made, and that one is dead.
        story.Ask(IntentVerb.Relaunch, "again").Look();
        Assert.Equal(("again", 3), (story.Sent.Id.Value, story.Sent.Attempt));
        story.Reply(DeliveryOutcome.Done).Look();
        Assert.Equal(IntentStatus.Delivered, Newest(story).Status);

        story.With(files => files with { Launch = new LaunchRecord(3, baseLine, "r2", "run-1"), Exit = null })
            .Leader(true).Log("loop_start", run: "r2").Log("approval_consumed").Look();
        Assert.Equal((LifecycleState.Running, IntentStatus.Confirmed), (story.State, Newest(story).Status));
        Assert.Equal(2, story.Run.Evidence.Attempts.Count);

        // What is told to the process names the adapter's number, and the next launch has one that was never used.
        story.Ask(IntentVerb.Pause).Look();
        Assert.Equal((IntentVerb.Pause, 3), (story.Sent.Verb, story.Sent.Attempt));
        story.Ask(IntentVerb.Resume);
        story.Log("iteration_start", run: "r2").Log("approval_requested", run: "r2").Leader(false).ProcessEnds()
            .With(static files => files with { Approval = new ApprovalFileFacts("pending", "r2", 1, Story.Beginning, null, null) }).Look();
        Approve(story, "bob").Look();
        Assert.Equal((IntentVerb.Relaunch, "manager", 4), (story.Sent.Verb, story.Sent.By, story.Sent.Attempt));
    }

    [Fact]
    public void Every_relaunch_that_exits_uses_its_number_up_and_one_whose_process_lives_keeps_it()
    {
        var story = Relaunching().Reply(DeliveryOutcome.Done);
        foreach (var number in new[] { 2, 3 })
        {
            story.Leader(false).Exit(1).With(files => files with { Launch = new LaunchRecord(number, story.Line, null) }).Look();
            Assert.Equal((IntentStatus.Failed, "relaunch_exited"), (Newest(story).Status, Newest(story).Steps[^1].Code));
            story.Ask(IntentVerb.Relaunch).Look();
            Assert.Equal(number + 1, story.Sent.Attempt);
            story.Reply(DeliveryOutcome.Done);
        }

        story.With(files => files with { Launch = new LaunchRecord(4, story.Line, null), Exit = null }).Leader(true).Look(PolicyProfiles.Find(PolicyProfiles.Default)!.StartDeadline.TotalSeconds);
        Assert.Equal(IntentStatus.Ambiguous, Newest(story).Status);
        story.Ask(IntentVerb.Pause).Look();
        Assert.Equal((IntentVerb.Pause, 4), (story.Sent.Verb, story.Sent.Attempt));
    }

    [Fact]
    public void A_launch_of_another_run_uses_no_number_of_this_one_up()
    {
        var story = Relaunching().Reply(DeliveryOutcome.Refused, "foreign_process");
        story.Leader(false).Exit(1).With(files => files with { Launch = new LaunchRecord(7, story.Line, null, "run-other") }).Look();
        story.Ask(IntentVerb.Relaunch).Look();
        Assert.Equal(2, story.Sent.Attempt);
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
}
