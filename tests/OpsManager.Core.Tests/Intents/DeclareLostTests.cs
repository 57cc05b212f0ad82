using OpsManager.Core.Decisions;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Scheduling;
using OpsManager.Core.Tests.Support;
using static OpsManager.Core.Tests.Support.IntentStories;

namespace OpsManager.Core.Tests.Intents;

/// <summary>A person's word that a sprite is gone for good.</summary>
public sealed class DeclareLostTests
{
    public static TheoryData<LifecycleState> Live => [.. Enum.GetValues<LifecycleState>().Where(static state => !state.IsTerminal())];

    [Fact]
    public void A_run_nobody_can_reach_is_declared_lost_and_everything_open_ends_with_it()
    {
        var story = Working().Ask(IntentVerb.Cancel, "cancel-1").Fail("transport_unreachable", 4, 60).Fail("transport_unreachable", 5, 65);
        Assert.Equal(LifecycleState.Cancelling, story.State);
        Assert.True(Action(story, IntentVerb.DeclareLost).Allowed);

        story.Ask(IntentVerb.DeclareLost, "lost-1");

        Assert.Equal(
            (LifecycleState.Lost, EndReasons.Declared, Quiescence.NotProven),
            (story.State, story.Run.Lifecycle.Reason, story.Run.Lifecycle.Quiescence));
        Assert.Equal(("declared_lost", "alice"), (story.Transitions[^1].Rule, story.Transitions[^1].By));
        Assert.Equal(IntentStatus.Confirmed, story.Intents[IntentId.Parse("lost-1")].Status);
        Assert.Equal(IntentStatus.Superseded, story.Intents[IntentId.Parse("cancel-1")].Status);
        Assert.False(story.Sends);
        Assert.Null(PollSchedule.NextInterval(story.Run, null, true));
        Assert.Contains("quiescence_not_proven", story.Open);
        Assert.True(Action(story, IntentVerb.ForceCancel).Allowed);
    }

    [Fact]
    public void What_answers_is_not_lost()
    {
        var story = Working().Ask(IntentVerb.DeclareLost, "early");
        Assert.Equal((IntentStatus.Refused, IntentCodes.AdapterAnswers), (Only(story).Status, Only(story).Steps[^1].Code));

        // A single failed poll is no silence, and an answer ends it.
        Assert.False(Action(story.Fail("transport_timeout", 1, 5), IntentVerb.DeclareLost).Allowed);
        Assert.True(Action(story.Fail("transport_timeout", 4, 60), IntentVerb.DeclareLost).Allowed);
        Assert.False(Action(story.Look(), IntentVerb.DeclareLost).Allowed);
        Assert.Equal(LifecycleState.Running, story.State);
    }

    [Theory]
    [MemberData(nameof(Live))]
    public void It_ends_a_run_in_whatever_state_it_is(LifecycleState state)
    {
        var unreachable = Working().Fail("transport_unreachable", 4, 60).Run;
        var run = unreachable with { Lifecycle = LifecycleStatus.Live(state, unreachable.DecidedAt) };

        var decision = RunDecider.Decide(run, new DecisionInput.IntentRequested(new IntentRequest { Id = IntentId.Parse("lost-1"), Verb = IntentVerb.DeclareLost, By = "alice" }), run.DecidedAt);

        var step = Assert.Single(decision.Transitions);
        Assert.Equal((state, LifecycleState.Lost), (step.From!.Value, step.To));
    }
}
