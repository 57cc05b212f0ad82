using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Tests.Support;
using static OpsManager.Core.Tests.Support.IntentStories;

namespace OpsManager.Core.Tests.Intents;

/// <summary>Pause, resume and the hold on what is to be launched.</summary>
public sealed class PauseTests
{
    private static readonly RunPolicy Balanced = PolicyProfiles.Find("balanced")!;

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
    public void A_pause_has_the_time_that_the_adapter_names_for_the_role_in_flight()
    {
        var story = Working();
        story.With(files => files with { Activity = new ActivityInFlight("role", "implementer", story.Now, story.Now.AddSeconds(600)) })
            .Ask(IntentVerb.Pause).Look().Leader(true, stopped: true, children: 1).Reply(DeliveryOutcome.Done).Look(10);
        Assert.Equal((IntentStatus.Delivered, LifecycleState.Pausing), (Only(story).Status, story.State));

        story.Look(600);
        Assert.Equal(IntentStatus.Delivered, Only(story).Status);
        story.Look(60 + 90);
        Assert.Equal((IntentStatus.Ambiguous, IntentCodes.ConfirmTimeout), (Only(story).Status, Only(story).Steps[^1].Code));
        Assert.Contains("control_ambiguous", story.Open);
    }

    [Fact]
    public void What_the_role_still_has_left_is_told_by_the_clock_of_the_sprite_alone()
    {
        var story = Working();
        story.With(files => files with { Activity = new ActivityInFlight("role", "implementer", Story.Beginning.AddDays(1).AddSeconds(-500), Story.Beginning.AddDays(1).AddSeconds(100)) })
            .Ask(IntentVerb.Pause).Look().Leader(true, stopped: true, children: 1).Reply(DeliveryOutcome.Done);
        story.SpriteTime = Story.Beginning.AddDays(1);
        story.Look();
        Assert.Equal(story.Now.AddSeconds(100 + 60 + 90), Only(story).Deadline);
    }

    [Theory]
    [InlineData("rate_limit_wait")]
    [InlineData("usage_wait")]
    public void A_wait_is_no_limit_of_the_role_that_waits(string kind)
    {
        var story = Working();
        story.With(files => files with { Activity = new ActivityInFlight(kind, "implementer", story.Now, story.Now.AddSeconds(60)) })
            .Ask(IntentVerb.Pause).Look().Leader(true, stopped: true, children: 1).Reply(DeliveryOutcome.Done).Look().Look(600);
        Assert.Equal((IntentStatus.Delivered, (DateTimeOffset?)null), (Only(story).Status, Only(story).Deadline));
    }

    [Fact]
    public void A_pause_whose_role_had_no_limit_has_one_once_the_role_has_ended_and_holds_all_the_same()
    {
        var story = Working().Ask(IntentVerb.Pause).Look().Reply(DeliveryOutcome.Done);
        Assert.Null(Only(story).Deadline);
        story.Log("approval_requested").With(static files => files with { Approval = new ApprovalFileFacts("pending", "r1", 1, Story.Beginning, null, null) }).Look();

        story.Look(149);
        Assert.Equal(IntentStatus.Delivered, Only(story).Status);
        story.Look(1);
        Assert.Equal((IntentStatus.Ambiguous, IntentCodes.ConfirmTimeout), (Only(story).Status, Only(story).Steps[^1].Code));
        Assert.NotNull(story.Run.Hold);
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
    public void A_leader_that_cannot_be_seen_is_still_held()
    {
        var story = Paused().With(static files => files with { Leader = null, ActiveRunUnreadable = true }).Look().Look();
        Assert.NotNull(story.Run.Hold);
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
    public void A_pause_of_a_process_that_takes_a_decision_up_is_confirmed_and_not_undone()
    {
        var story = TakingUp().Ask(IntentVerb.Pause, "hold").Look().Leader(true, stopped: true, children: 1).Reply(DeliveryOutcome.Done).Look();
        Assert.Equal(IntentStatus.Delivered, Newest(story).Status);
        Assert.False(story.Sends);

        story.Leader(true, stopped: true).Look();
        Assert.Equal((IntentStatus.Confirmed, "hold"), (Newest(story).Status, story.Run.Hold?.Intent.Value));
        story.Look().Look();
        Assert.False(story.Sends);

        story.Ask(IntentVerb.Resume).Look();
        Assert.Equal((IntentVerb.Resume, 2), (story.Sent.Verb, story.Sent.Attempt));
    }

    [Fact]
    public void A_pause_while_the_relaunch_is_on_its_way_means_the_process_that_it_launches()
    {
        var story = Relaunching();
        Assert.Equal((IntentVerb.Relaunch, IntentStatus.Sending), (story.Sent.Verb, story.Sent.Status));
        story.Ask(IntentVerb.Pause);
        Assert.Equal(2, Newest(story).Attempt);
    }

    [Fact]
    public void A_process_that_was_launched_and_has_logged_nothing_is_paused_and_let_go_by_its_own_number()
    {
        var story = Relaunching().Reply(DeliveryOutcome.Done);
        story.With(files => files with { Launch = new LaunchRecord(2, story.Line, null) }).Leader(true).Look(Balanced.StartDeadline.TotalSeconds);
        Assert.Equal(IntentStatus.Ambiguous, Newest(story).Status);

        story.Ask(IntentVerb.Pause).Look();
        Assert.Equal((IntentVerb.Pause, 2), (story.Sent.Verb, story.Sent.Attempt));
        story.Leader(true, stopped: true).Reply(DeliveryOutcome.Done).Look();
        Assert.Equal(IntentStatus.Confirmed, Newest(story).Status);
        Assert.False(story.Look().Sends);
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
}
