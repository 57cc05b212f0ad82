using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
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
