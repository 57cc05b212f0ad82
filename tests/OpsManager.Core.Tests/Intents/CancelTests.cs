using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;
using OpsManager.Core.Scheduling;
using OpsManager.Core.Tests.Support;
using static OpsManager.Core.Tests.Support.IntentStories;

namespace OpsManager.Core.Tests.Intents;

/// <summary>Cancel and force_cancel.</summary>
public sealed class CancelTests
{
    private static readonly RunPolicy Balanced = PolicyProfiles.Find("balanced")!;

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
    public void A_cancel_that_nobody_is_known_to_have_taken_ends_nothing_though_no_process_is_there()
    {
        var story = Awaiting().Ask(IntentVerb.Cancel).Look().Reply(DeliveryOutcome.Unknown, "transport_timeout").Look(2).Look(2);
        Assert.Equal(LifecycleState.Cancelling, story.State);
        story.With(static files => files with { Control = new ControlFactsSeen("run-1", "run-1", null, null) }).Look(2).Look(2);
        Assert.Equal(LifecycleState.Cancelled, story.State);
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
    public void A_cancel_that_was_given_up_still_wins_over_the_start()
    {
        var story = new Story(LaunchKind.Start).Capable().With(static _ => new RuntimeFacts()).Look();
        story.Ask(IntentVerb.Cancel).Look().Reply(DeliveryOutcome.Unknown, "transport_timeout").Look(600).Look(600);
        Assert.Equal((LifecycleState.Pending, IntentStatus.Ambiguous), (story.State, Only(story).Status));
        Assert.Single(story.Look().Effects.OfType<Effect.StartRuntime>());
    }

    [Fact]
    public void Of_a_run_that_it_launched_the_adapter_is_not_taken_at_its_word_while_something_lives()
    {
        var story = new Story(LaunchKind.Start).Capable().With(static _ => new RuntimeFacts()).Look().Answer(new StartAnswer(true, null, null, 0));
        story.Log("loop_start").Log("role_start", role: "implementer").Leader(true, children: 1).Look();
        story.Ask(IntentVerb.Cancel).Look().Reply(DeliveryOutcome.Done).Leader(false, children: 1).ProcessEnds().Look().Look();
        Assert.Equal(LifecycleState.Cancelling, story.State);
        Assert.Equal(Quiescence.NotProven, story.Look(600).Run.Lifecycle.Quiescence);
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
            AllowedActions.For(story.Run, story.Now).Where(static action => !action.Action.Ends() && action.Action != IntentVerb.DeclareLost),
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
    public void A_cancel_that_never_arrived_and_was_given_up_does_not_claim_what_ends_the_run_hours_later()
    {
        var story = GivenUp();
        story.Look().Log("iteration_start", iteration: 3).Look(4 * 3600);
        Assert.Equal(LifecycleState.Running, story.State);

        story.Leader(false).Exit(137).Look();
        Assert.Equal(LifecycleState.Running, story.State);
        story.Look();
        Assert.Equal((LifecycleState.Crashed, EndReasons.Killed), (story.State, story.Run.Lifecycle.Reason));
    }

    [Fact]
    public void A_cancel_that_was_given_up_is_the_cause_where_the_adapter_remembers_it()
    {
        var story = GivenUp().With(static files => files with { Control = new ControlFactsSeen("run-1", "i-1", null, null) });
        story.Leader(false).Exit(137).Look();
        Assert.Equal((LifecycleState.Cancelled, "alice"), (story.State, story.Transitions[^1].By));
    }

    [Fact]
    public void A_cancel_that_was_given_up_explains_an_end_by_order_once_two_looks_agree()
    {
        var story = GivenUp().Leader(false).ProcessEnds().Exit(143).Look();
        Assert.NotEqual(LifecycleState.Cancelled, story.State);
        story.Look();
        Assert.Equal((LifecycleState.Cancelled, "alice"), (story.State, story.Transitions[^1].By));
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
    public void An_adapter_that_looked_at_another_launch_proves_nothing_of_survivors_and_the_kill_is_told_to_be_open()
    {
        var story = Working().Leader(false, children: 1).Look().Look(60).Ask(IntentVerb.ForceCancel).Look();
        story.Log("loop_start", run: "r9").Leader(false, children: 0).Reply(DeliveryOutcome.Done).Look();
        Assert.Equal((IntentStatus.Delivered, Quiescence.NotProven), (Only(story).Status, story.Run.Lifecycle.Quiescence));

        story.Look(Balanced.ConfirmTimeout.TotalSeconds);
        Assert.Equal((IntentStatus.Ambiguous, Quiescence.NotProven), (Only(story).Status, story.Run.Lifecycle.Quiescence));
        Assert.Contains("control_ambiguous", story.Open);

        story.Ask(IntentVerb.ForceCancel);
        Assert.DoesNotContain("control_ambiguous", story.Open);
    }

    [Fact]
    public void A_kill_of_survivors_that_could_not_be_sent_is_told_too()
    {
        var story = Working().Leader(false, children: 1).Look().Look(60).Ask(IntentVerb.ForceCancel);
        story.Fail("transport_unreachable", 9, 600, Balanced.DeliveryDeadline.TotalSeconds);
        Assert.Equal(IntentStatus.Expired, Only(story).Status);
        Assert.Contains("control_expired", story.Open);
    }

    [Fact]
    public void An_adapter_is_not_taken_at_its_word_about_a_process_that_somebody_else_launched_and_nobody_sees()
    {
        var story = Working().With(static files => files with { ActiveRun = new ActiveRunFacts(7, 7, "loop-b", "loop_start") }).Look();
        story.Log("loop_start", run: "r9").Look().Ask(IntentVerb.Cancel).Look().Reply(DeliveryOutcome.Done).Look().Look(60);
        Assert.Equal((LifecycleState.Cancelling, IntentStatus.Delivered), (story.State, Only(story).Status));
        story.Look(30);
        Assert.Equal((LifecycleState.Running, IntentStatus.Ambiguous), (story.State, Only(story).Status));
    }

    [Fact]
    public void An_end_is_that_of_the_cancel_that_is_under_way_and_not_of_one_that_was_given_up_before()
    {
        var story = Working().Ask(IntentVerb.Cancel, "late", by: "policy:max_active_duration").Look();
        story.Fail("transport_unreachable", 40, 600, Balanced.DeliveryDeadline.TotalSeconds);
        Assert.Equal(IntentStatus.Ambiguous, story.Intents[IntentId.Parse("late")].Status);

        story.Look(86_400).Ask(IntentVerb.Cancel, "anns").Look();
        Assert.Equal(("anns", "alice", false), (story.Run.Cancel!.Intent.Value, story.Run.Cancel.By, story.Run.Cancel.Taken));
        story.Leader(false).ProcessEnds().Exit(143).Reply(DeliveryOutcome.Done).Look();

        Assert.Equal((LifecycleState.Cancelled, (string?)null, "alice"), (story.State, story.Run.Lifecycle.Reason, story.Transitions[^1].By));
        Assert.Equal(IntentStatus.Confirmed, story.Intents[IntentId.Parse("anns")].Status);
    }

    [Fact]
    public void A_late_answer_to_the_cancel_that_was_sent_last_says_that_it_was_taken()
    {
        var story = GivenUp().Look().Ask(IntentVerb.Cancel, "again").Look();
        story.Fail("transport_unreachable", 40, 600, Balanced.DeliveryDeadline.TotalSeconds);
        Assert.Equal(IntentStatus.Ambiguous, story.Intents[IntentId.Parse("again")].Status);

        story.Decide(new DecisionInput.IntentAnswered(new DeliveryAnswer(IntentId.Parse("again"), DeliveryOutcome.Done)));
        Assert.Equal(("again", true), (story.Run.Cancel!.Intent.Value, story.Run.Cancel.Taken));
    }

    [Fact]
    public void A_kill_that_is_refused_leaves_the_cancel_that_was_given_up_before_it_as_it_was()
    {
        var story = GivenUp().Look();
        var before = story.Run.Cancel;
        story.Ask(IntentVerb.ForceCancel, "kill").Look();
        Assert.Equal("kill", story.Run.Cancel!.Intent.Value);

        story.Reply(DeliveryOutcome.Refused, "observe_only").Look();
        Assert.Equal(before, story.Run.Cancel);
        Assert.True(Action(story, IntentVerb.ForceCancel).Allowed);
    }

    private static Story GivenUp()
    {
        var story = Working().Ask(IntentVerb.Cancel).Look().Fail("transport_unreachable", 40, 600, Balanced.DeliveryDeadline.TotalSeconds);
        Assert.Equal((IntentStatus.Ambiguous, false), (Only(story).Status, story.Run.Cancel!.Taken));
        return story;
    }
}
