using OpsManager.Core.Intents;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;
using OpsManager.Core.Scheduling;
using OpsManager.Core.Tests.Support;

namespace OpsManager.Core.Tests.Scheduling;

public sealed class PollScheduleTests
{
    private static readonly PollIntervals Intervals = PolicyProfiles.Find(PolicyProfiles.Default)!.Poll;

    public static TheoryData<string> Profiles => [.. PolicyProfiles.Names];

    [Fact]
    public void The_interval_follows_what_is_expected()
    {
        var story = new Story().With(static _ => new RuntimeFacts()).Look();
        Assert.Equal(Intervals.Expecting, Next(story));
        Assert.Equal(Intervals.Running, Next(story.Look(3600)));
        Assert.Equal(Intervals.Running, Next(Story.AtWork()));
        Assert.Equal(Intervals.Expecting, Next(Story.AtWork().Leader(false).Look()));
        Assert.Equal(Intervals.Expecting, Next(Story.AtWork().Leader(true, stopped: true, children: 1).Look()));
        Assert.Equal(Intervals.Waiting, Next(Story.AtWork().Leader(true, stopped: true).Look()));
        var asked = Story.AtWork().Log("approval_requested").ProcessEnds().Look();
        Assert.Equal(Intervals.Waiting, Next(asked));
        Assert.Equal(Intervals.Running, Next(asked.Log("approval_decision", status: "approved").Look()));
        Assert.Equal(Intervals.Waiting, Next(asked.Look(3600)));
    }

    [Fact]
    public void What_a_person_holds_back_is_polled_seldom_until_it_is_let_go()
    {
        var pending = new Story(LaunchKind.Start).Capable().With(static _ => new RuntimeFacts()).Ask(IntentVerb.Pause).Look();
        Assert.Equal(Intervals.Waiting, Next(pending));
        Assert.Equal(Intervals.Expecting, Next(pending.Ask(IntentVerb.Resume)));

        var decided = IntentStories.Awaiting().Ask(IntentVerb.Pause);
        Assert.Equal(Intervals.Waiting, Next(IntentStories.Approve(decided, "bob").Look()));
        Assert.Equal(Intervals.Running, Next(decided.Ask(IntentVerb.Resume)));
    }

    [Fact]
    public void A_pause_that_does_not_end_is_not_looked_at_every_other_second_for_ever()
    {
        var story = Story.AtWork().Leader(true, stopped: true, children: 1).Look();
        Assert.Equal(Intervals.Expecting, Next(story));
        Assert.Equal(Intervals.Waiting, Next(story.Look(3600)));
        Assert.Contains(PolicyCodes.PauseUnfinished, story.Open);
    }

    [Theory]
    [MemberData(nameof(Profiles))]
    public void Who_waits_for_a_person_is_polled_at_least_ten_times_less_often_than_who_works(string profile)
    {
        var policy = PolicyProfiles.Find(profile)!;
        var working = Next(Story.AtWork(policy))!.Value;
        Assert.True(working > TimeSpan.Zero);
        Assert.True(Next(Story.AtWork(policy).Leader(true, stopped: true).Look()) >= 10 * working);
        Assert.True(Next(Story.AtWork(policy).Log("approval_requested").ProcessEnds().Look()) >= 10 * working);
    }

    [Fact]
    public void A_log_that_is_not_read_to_its_end_is_read_on_at_once() =>
        Assert.Equal(TimeSpan.Zero, PollSchedule.NextInterval(Story.AtWork().Run, null, caughtUp: false));

    [Fact]
    public void An_ended_run_is_not_polled() =>
        Assert.Null(PollSchedule.NextInterval(Story.AtWork().Log("loop_complete").ProcessEnds().Look().Run, null, caughtUp: true));

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(3, 20)]
    [InlineData(4, 40)]
    [InlineData(400, 40)]
    public void Failures_back_off_modestly(int streak, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), PollSchedule.NextInterval(Story.AtWork().Run, new PollFailure("transport_unreachable", "-", streak, Story.Beginning), caughtUp: false));

    [Fact]
    public void Back_off_never_exceeds_the_longest_interval()
    {
        var story = Story.AtWork().Leader(true, stopped: true).Look();
        Assert.Equal(Intervals.Waiting, PollSchedule.NextInterval(story.Run, new PollFailure("transport_unreachable", "-", 9, Story.Beginning), caughtUp: true));
    }

    private static TimeSpan? Next(Story story) => PollSchedule.NextInterval(story.Run, null, caughtUp: true);
}
