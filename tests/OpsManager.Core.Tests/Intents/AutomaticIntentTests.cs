using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;
using OpsManager.Core.Tests.Policies;
using OpsManager.Core.Tests.Support;
using static OpsManager.Core.Tests.Support.IntentStories;

namespace OpsManager.Core.Tests.Intents;

/// <summary>What policies ask for, and what freezes them.</summary>
public sealed class AutomaticIntentTests
{
    private static readonly RunPolicy Balanced = PolicyProfiles.Find("balanced")!;

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
    public void A_policy_that_acted_does_not_act_again_because_a_poll_failed_while_control_was_frozen()
    {
        var story = new Story(policy: Balanced with { Actions = new PolicyActions { Stall = PolicyAction.Pause } }).Capable()
            .Log("loop_start").Log("iteration_start").Leader(true).Look();
        story.Look(Balanced.StallCritical.TotalSeconds).Reply(DeliveryOutcome.Refused, "observe_only").Look();

        story.With(static files => files with { State = new StateFileFacts(false, Story.Loop, 1) }).Look();
        Assert.NotEmpty(story.Run.Divergence);
        story.Fail("transport_unreachable", 1, 0);
        story.With(static files => files with { State = new StateFileFacts(true, Story.Loop, 1) }).Look();

        Assert.Empty(story.Run.Divergence);
        Assert.False(story.Sends);
        Assert.Empty(story.Run.Intents);
    }

    [Fact]
    public void A_run_that_was_paused_for_going_in_circles_has_its_iterations_again_once_a_person_lets_it_go()
    {
        var story = PolicyRulesTests.Circling(Balanced.StuckCritical!.Value, Balanced with { Actions = new PolicyActions { Stuck = PolicyAction.Pause } })
            .Capable().Leader(true).Look();
        Assert.Equal((IntentVerb.Pause, "policy:stuck"), (story.Sent.Verb, story.Sent.By));
        story.Leader(true, stopped: true).Reply(DeliveryOutcome.Done).Look().Look();
        Assert.Equal(LifecycleState.Paused, story.State);

        story.Ask(IntentVerb.Resume).Look().Leader(true).Reply(DeliveryOutcome.Done).Look();
        Assert.Equal(LifecycleState.Running, story.State);
        Assert.False(story.Sends);
        Assert.Empty(story.Run.Intents);
        Assert.Equal("No iteration has passed between two looks, or the endpoint does not say enough.", story.Run.Health.Circling.Evidence);

        var last = (int)story.Run.Evidence.TotalIterations;
        for (var iteration = 1; iteration < Balanced.StuckCritical; iteration++)
        {
            Assert.False(story.Log("iteration_start", iteration: last + iteration).Look().Sends);
        }

        Assert.Equal("policy:stuck", story.Log("iteration_start", iteration: last + Balanced.StuckCritical!.Value).Look().Sent.By);
    }

    [Fact]
    public void A_pause_whose_answer_was_lost_gives_a_circling_run_its_iterations_again_as_well()
    {
        var story = PolicyRulesTests.Circling(Balanced.StuckCritical!.Value, Balanced with { Actions = new PolicyActions { Stuck = PolicyAction.Pause } })
            .Capable().Leader(true).Look();
        story.Leader(true, stopped: true, children: 1).Reply(DeliveryOutcome.Unknown).Look(Balanced.DeliveryDeadline.TotalSeconds);
        Assert.Equal((LifecycleState.Pausing, IntentStatus.Ambiguous), (story.State, Only(story).Status));

        story.Ask(IntentVerb.Resume).Look().Leader(true).Reply(DeliveryOutcome.Done).Look();
        Assert.Equal(LifecycleState.Running, story.State);
        Assert.Empty(story.Run.Intents);
    }

    [Fact]
    public void While_the_manager_suspects_itself_no_policy_acts()
    {
        var story = new Story(policy: Balanced with { MaxActiveDuration = TimeSpan.FromMinutes(1), Actions = new PolicyActions { MaxActiveDuration = PolicyAction.Cancel } }).Capable()
            .Log("loop_start").Leader(true).Look();
        story.Fail("transport_unreachable", 9, 600, 120, managerSuspected: true);
        Assert.Empty(story.Run.Intents);
        Assert.Equal("policy:max_active_duration", story.Look().Sent.By);
    }

    [Fact]
    public void A_launched_run_that_could_not_be_looked_at_is_not_ended_for_a_start_nobody_saw()
    {
        var story = new Story(LaunchKind.Start, policy: Balanced with { Actions = new PolicyActions { StartDeadline = PolicyAction.Cancel } }).Capable()
            .With(static _ => new RuntimeFacts()).Look().Answer(new StartAnswer(true, null, null, 0));
        Assert.Equal(LifecycleState.Starting, story.State);

        story.Fail("transport_unreachable", 99, 600, Balanced.StartDeadline.TotalSeconds);
        Assert.Empty(story.Run.Intents);
        story.Log("loop_start").Leader(true).Look();
        Assert.Equal(LifecycleState.Running, story.State);
        Assert.Empty(story.Intents);
        Assert.False(story.Sends);
    }

    [Fact]
    public void A_launch_without_an_answer_is_not_ended_before_somebody_looked()
    {
        var story = new Story(LaunchKind.Start, policy: Balanced with { Actions = new PolicyActions { StartDeadline = PolicyAction.Cancel } }).Capable()
            .With(static _ => new RuntimeFacts()).Look();
        Assert.Single(story.Effects.OfType<Effect.StartRuntime>());

        story.Fail("transport_unreachable", 99, 600, Balanced.StartDeadline.TotalSeconds);
        Assert.Empty(story.Run.Intents);
        Assert.Equal("policy:start_deadline", Assert.Single(story.Look().Run.Intents).By);
    }

    [Fact]
    public void A_run_at_work_is_not_ended_for_the_time_in_which_nobody_could_look()
    {
        var story = new Story(policy: Balanced with { MaxActiveDuration = TimeSpan.FromMinutes(1), Actions = new PolicyActions { MaxActiveDuration = PolicyAction.Cancel } }).Capable()
            .Log("loop_start").Leader(true).Look();
        story.Fail("transport_unreachable", 9, 600, 120);
        Assert.Empty(story.Run.Intents);
        story.Log("loop_complete").ProcessEnds().Leader(false).Look();
        Assert.Equal(LifecycleState.Completed, story.State);
        Assert.Empty(story.Intents);
    }

    [Fact]
    public void A_start_deadline_does_not_end_a_run_while_the_manager_suspects_itself()
    {
        var story = new Story(policy: Balanced with { Actions = new PolicyActions { StartDeadline = PolicyAction.Cancel } });
        story.Fail("transport_unreachable", 9, 600, Balanced.StartDeadline.TotalSeconds, managerSuspected: true);
        Assert.Equal(LifecycleState.Pending, story.State);
    }

    [Fact]
    public void A_candidate_that_nobody_could_look_at_is_not_ended_for_being_undecided()
    {
        var story = new Story(policy: Balanced with { Actions = new PolicyActions { ApprovalDeadline = PolicyAction.Cancel } }).Capable()
            .Log("loop_start").Log("approval_requested").ProcessEnds().Leader(false).Look();
        Assert.Equal(LifecycleState.AwaitingApproval, story.State);

        story.Fail("transport_unreachable", 1, 0, Balanced.ApprovalDeadline!.Value.TotalSeconds);
        Assert.Empty(story.Run.Intents);
        Assert.Equal("policy:approval_deadline", story.Look().Sent.By);

        story.Reply(DeliveryOutcome.Refused, "observe_only").Fail("transport_unreachable", 1, 0).Look();
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
}
