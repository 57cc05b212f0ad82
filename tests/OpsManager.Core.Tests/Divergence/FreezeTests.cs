using OpsManager.Core.Divergence;
using OpsManager.Core.Evidence;
using OpsManager.Core.Intents;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;
using OpsManager.Core.Scheduling;
using OpsManager.Core.Tests.Support;

namespace OpsManager.Core.Tests.Divergence;

public sealed class FreezeTests
{
    private static readonly PollIntervals Intervals = PolicyProfiles.Find("balanced")!.Poll;

    [Fact]
    public void A_contradiction_freezes_at_once_asks_for_a_fresh_look_and_thaws_when_it_is_gone()
    {
        var story = Diverged();
        Assert.True(story.Run.IsFrozen());
        Assert.Equal(new ControlFreeze(story.Now, ["activeMismatch"], false), story.Run.Freeze);
        Assert.Equal(Intervals.Expecting, PollSchedule.NextInterval(story.Run, null, true));
        story.With(static f => f with { State = new StateFileFacts(true, Story.Loop, 1) }).Look(2);
        Assert.False(story.Run.IsFrozen());
        Assert.Null(story.Run.Freeze);
        Assert.Equal(Intervals.Running, PollSchedule.NextInterval(story.Run, null, true));
    }

    [Fact]
    public void What_persists_is_replayed_once_and_escalated_with_what_was_found()
    {
        var story = Diverged();
        var since = story.Run.Freeze!.Since;
        Assert.True(story.Run.Freeze.WantsReplay);
        story.Now += TimeSpan.FromSeconds(2);
        story.Decide(new Core.Decisions.DecisionInput.Observed(story.Observation() with { Replay = new EvidenceReplay(7, []) }));
        Assert.Equal(["divergence_detected"], story.Open);
        Assert.Equal((since, true, false), (story.Run.Freeze!.Since, story.Run.Freeze.Persists, story.Run.Freeze.WantsReplay));
        Assert.Contains("7 stored events", story.Run.Freeze.Replay, StringComparison.Ordinal);
        Assert.Equal(Intervals.Running, PollSchedule.NextInterval(story.Run, null, true));
        Assert.False(story.Look().Last!.Changed);
        story.With(static f => f with { State = new StateFileFacts(true, Story.Loop, 1) }).Look();
        Assert.Empty(story.Open);
        Assert.False(story.Run.IsFrozen());
    }

    [Fact]
    public void A_failed_poll_thaws_nothing()
    {
        var story = Diverged().Fail("transport_unreachable", 1, 0);
        Assert.True(story.Run.IsFrozen());
    }

    [Fact]
    public void What_was_seen_once_is_not_escalated_because_something_else_was_decided_meanwhile()
    {
        var story = Diverged().Fail("transport_unreachable", 1, 0);
        Assert.Empty(story.Open);
        Assert.Empty(story.Ask(IntentVerb.Pause).Open);
        Assert.Equal(["divergence_detected"], story.Look().Open);
        Assert.Equal(["divergence_detected"], story.Fail("transport_unreachable", 1, 0).Open);
    }

    [Fact]
    public void Another_contradiction_has_its_own_second_look()
    {
        var story = Diverged().With(static f => f with
        {
            State = new StateFileFacts(true, Story.Loop, 1),
            Approval = new ApprovalFileFacts("pending", "r1", 1, Story.Beginning, null, null),
            Summary = new SummaryFacts("r1", 1, true),
        }).Look();
        Assert.Equal(["approvalCompletionConflict"], story.Run.Divergence);
        Assert.DoesNotContain("divergence_detected", story.Fail("transport_unreachable", 1, 0).Open);
        Assert.Contains("divergence_detected", story.Look().Open);
    }

    [Fact]
    public void A_replay_agrees_with_the_fold_it_repeats_however_it_was_split()
    {
        var facts = Facts(40);
        var evidence = EvidenceFold.Apply(EvidenceFold.Apply(RunEvidence.None, facts.Take(17), LaunchKind.Attach), facts.Skip(17).Take(13), LaunchKind.Attach);
        var replay = EvidenceReplay.Check(evidence, facts, LaunchKind.Attach);
        Assert.True(replay.Agrees);
        Assert.Equal(30, replay.Events);
    }

    [Fact]
    public void A_replay_names_what_differs()
    {
        var facts = Facts(12);
        var evidence = EvidenceFold.Apply(RunEvidence.None, facts, LaunchKind.Attach) with { TotalIterations = 99, LastEventName = "made_up" };
        var replay = EvidenceReplay.Check(evidence, facts, LaunchKind.Attach);
        Assert.Equal(["lastEventName", "totalIterations"], replay.Differences);
        Assert.Contains("lastEventName, totalIterations", replay.Finding, StringComparison.Ordinal);
    }

    private static Story Diverged() => Story.AtWork().With(static f => f with { State = new StateFileFacts(false, Story.Loop, 1) }).Look();

    private static List<ReceivedFact> Facts(int count) => [.. Enumerable.Range(1, count).Select(static n => new ReceivedFact(
        new EventFact
        {
            Sequence = n,
            Epoch = 1,
            Line = n,
            Name = n == 1 ? "loop_start" : (n % 4) switch { 0 => "iteration_start", 1 => "role_start", 2 => "role_end", _ => "iteration_end" },
            RuntimeRunId = "r1",
            Iteration = n / 4,
            Role = "tester",
            Timestamp = Story.Beginning.AddSeconds(n),
        },
        Story.Beginning.AddSeconds(n + 1)))];
}
