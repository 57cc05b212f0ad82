using OpsManager.Core.Decisions;
using OpsManager.Core.Evidence;
using OpsManager.Core.Intents;
using OpsManager.Core.Policies;
using OpsManager.Core.Tests.Support;
using static OpsManager.Core.Tests.Support.IntentStories;

namespace OpsManager.Core.Tests.Intents;

/// <summary>How intents are accepted, sent and given up.</summary>
public sealed class IntentSendingTests
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
    public void A_process_that_may_only_be_looked_at_is_not_to_be_touched_and_says_why()
    {
        var story = Working().With(static files => files with { ObserveOnly = "The process runs several loops." }).Look();
        IntentVerb[] touching = [IntentVerb.Pause, IntentVerb.Cancel];
        Assert.All(touching, verb => Assert.Equal((false, IntentCodes.ObserveOnly, "The process runs several loops."), (Action(story, verb).Allowed, Action(story, verb).Reason, Action(story, verb).Detail)));
        Assert.True(Action(story.With(static files => files with { ObserveOnly = null }).Look(), IntentVerb.Cancel).Allowed);
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
}
