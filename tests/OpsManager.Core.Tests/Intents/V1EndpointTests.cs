using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Tests.Support;
using static OpsManager.Core.Tests.Support.IntentStories;

namespace OpsManager.Core.Tests.Intents;

/// <summary>Endpoints that announce nothing.</summary>
public sealed class V1EndpointTests
{
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
    public void A_cancel_is_refused_where_the_look_before_it_goes_out_shows_another_loop()
    {
        var story = AnotherLoop(Story.AtWork().Ask(IntentVerb.Cancel)).Look();
        Assert.False(story.Sends);
        Assert.Equal((IntentStatus.Refused, IntentCodes.NotActive), (Only(story).Status, Only(story).Steps[^1].Code));
        Assert.Equal(LifecycleState.Running, story.State);
        Assert.Null(story.Run.Cancel);
    }

    [Fact]
    public void A_cancel_without_a_clear_answer_is_not_sent_again_at_another_loop_and_its_outcome_stays_unknown()
    {
        var story = Story.AtWork().Ask(IntentVerb.Cancel).Look().Reply(DeliveryOutcome.Unknown, "transport_timeout");
        AnotherLoop(story).Look(10);
        Assert.False(story.Sends);
        Assert.Equal((IntentStatus.Ambiguous, IntentCodes.NotActive), (Only(story).Status, Only(story).Steps[^1].Code));
        Assert.Contains("control_ambiguous", story.Open);
        Assert.Equal(LifecycleState.Running, story.Look().State);
    }

    [Fact]
    public void A_cancel_waits_while_nobody_can_say_whose_the_active_run_is()
    {
        var story = Story.AtWork().Ask(IntentVerb.Cancel).Fail("transport_unreachable", 1, 0);
        Assert.False(story.Sends);

        story.With(static files => files with { ActiveRun = null, ActiveRunUnreadable = true }).Look();
        Assert.False(story.Sends);
        Assert.Equal(IntentStatus.Accepted, Only(story).Status);
        Assert.Equal(IntentCodes.AlreadyRequested, Action(story, IntentVerb.Cancel).Reason);

        story.With(static files => files with { ActiveRun = new ActiveRunFacts(100, 100, null, "run_start"), ActiveRunUnreadable = false }).Look();
        Assert.False(story.Sends);

        story.With(static files => files with { ActiveRun = new ActiveRunFacts(100, 100, Story.Loop, "loop_start") }).Look();
        Assert.Equal(IntentVerb.Cancel, story.Sent.Verb);
    }

    [Fact]
    public void A_torn_look_takes_no_cancel_back_that_was_on_offer()
    {
        var story = Story.AtWork().With(static files => files with { ActiveRun = null, ActiveRunUnreadable = true }).Look();
        Assert.True(Action(story, IntentVerb.Cancel).Allowed);
    }

    [Fact]
    public void A_run_whose_process_has_exited_to_wait_for_a_decision_is_not_cancelled_on_a_v1_endpoint()
    {
        var story = Awaiting();
        Assert.Equal(LifecycleState.AwaitingApproval, story.State);
        Assert.Equal(IntentCodes.NotActive, Action(story, IntentVerb.Cancel).Reason);

        // Asked while the process was there, and too late by the time it goes out.
        story = Story.AtWork().Ask(IntentVerb.Cancel).Log("approval_requested").ProcessEnds().Look();
        Assert.False(story.Sends);
        Assert.Equal((IntentStatus.Refused, IntentCodes.NotActive), (Only(story).Status, Only(story).Steps[^1].Code));
    }

    [Fact]
    public void A_cancel_whose_answer_was_lost_is_read_back_and_not_sent_again_once_nothing_is_active()
    {
        var story = Story.AtWork().Ask(IntentVerb.Cancel).Look().Reply(DeliveryOutcome.Unknown, "transport_timeout");
        story.With(static files => files with { State = null, ActiveRun = null }).Look(10);
        Assert.False(story.Sends);
        Assert.Equal(IntentStatus.Sending, Only(story).Status);
        Assert.Equal(LifecycleState.Cancelled, story.Look(10).State);
        Assert.Equal(IntentStatus.Confirmed, Only(story).Status);
    }

    [Fact]
    public void A_decision_without_a_clear_answer_is_never_sent_at_the_next_candidate()
    {
        var story = Awaiting().Ask(IntentVerb.Approve, "yes-1").Look();
        Assert.Equal(IntentVerb.Approve, story.Sent.Verb);
        story.Reply(DeliveryOutcome.Unknown, "transport_timeout");
        Assert.False(story.Fail("transport_unreachable", 1, 0, 10).Sends);

        story.Log("approval_requested", iteration: 2)
            .With(static files => files with { Approval = new ApprovalFileFacts("pending", "r1", 2, Story.Beginning, null, null) })
            .Look(10, caughtUp: false);
        Assert.False(story.Sends);
        Assert.Equal(IntentStatus.Sending, Only(story).Status);

        story.Look();
        Assert.False(story.Sends);
        Assert.Equal((IntentStatus.Ambiguous, IntentCodes.CandidateGone), (Only(story).Status, Only(story).Steps[^1].Code));
        Assert.True(Action(story, IntentVerb.Approve).Allowed);
    }

    [Fact]
    public void A_decision_without_a_clear_answer_is_sent_again_while_its_candidate_waits()
    {
        var story = Awaiting().Ask(IntentVerb.Approve, "yes-1").Look().Reply(DeliveryOutcome.Unknown, "transport_timeout").Look(10);
        Assert.Equal((IntentVerb.Approve, 2), (story.Sent.Verb, story.Sent.Sends));
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

    private static Story AnotherLoop(Story story) => story.With(static files => files with
    {
        ActiveRun = new ActiveRunFacts(7, 7, "loop-b", "loop_start"),
        State = new StateFileFacts(true, "loop-b", 1),
    });

    private static Story Awaiting() => Story.AtWork().Log("approval_requested").ProcessEnds()
        .With(static files => files with { Approval = new ApprovalFileFacts("pending", "r1", 1, Story.Beginning, null, null) }).Look();
}
