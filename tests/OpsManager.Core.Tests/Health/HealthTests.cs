using OpsManager.Core.Evidence;
using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Tests.Support;

namespace OpsManager.Core.Tests.Health;

public sealed class HealthTests
{
    [Fact]
    public void A_run_at_work_is_alive_and_moving()
    {
        var health = Story.AtWork().Leader(true).Look().Run.Health;
        Assert.Equal((HealthVerdict.Healthy, "yes", "yes", "unknown"), (health.Verdict, health.Alive.Status, health.Moving.Status, health.Circling.Status));
    }

    [Theory]
    [InlineData(299, HealthVerdict.Healthy)]
    [InlineData(300, HealthVerdict.Degraded)]
    [InlineData(899, HealthVerdict.Degraded)]
    [InlineData(900, HealthVerdict.Critical)]
    public void Silence_is_judged_by_the_profile(double seconds, HealthVerdict expected)
    {
        var story = Story.AtWork().Log("role_end").Look(0).Look(seconds);
        Assert.Equal(expected, story.Run.Health.Verdict);
        Assert.Equal(expected == HealthVerdict.Healthy ? "yes" : "no", story.Run.Health.Moving.Status);
        Assert.False(story.Look(0.5).Last!.Changed);
    }

    [Fact]
    public void Silence_counts_from_entering_the_state_at_the_earliest()
    {
        var story = Story.AtWork().Leader(true, stopped: true).Look().Look(5000);
        Assert.Equal((LifecycleState.Paused, HealthVerdict.Healthy), (story.State, story.Run.Health.Verdict));
        story.Leader(true).Look();
        Assert.Equal((LifecycleState.Running, HealthVerdict.Healthy), (story.State, story.Run.Health.Verdict));
    }

    [Fact]
    public void A_run_that_awaits_a_person_is_not_stale()
    {
        var story = Story.AtWork().Log("approval_requested").ProcessEnds().Look().Look(10_000);
        Assert.Equal((LifecycleState.AwaitingApproval, HealthVerdict.Healthy), (story.State, story.Run.Health.Verdict));
    }

    [Theory]
    [InlineData("role", 3600, 3659, HealthVerdict.Healthy)]
    [InlineData("role", 3600, 3661, HealthVerdict.Critical)]
    [InlineData("role", 60, 299, HealthVerdict.Healthy)]
    [InlineData("rate_limit_wait", 60, 21_000, HealthVerdict.Healthy)]
    [InlineData("rate_limit_wait", 60, 22_000, HealthVerdict.Critical)]
    [InlineData("usage_wait", 60, 7_200, HealthVerdict.Healthy)]
    [InlineData("usage_wait", 60, 7_300, HealthVerdict.Critical)]
    [InlineData("usage_wait", 10_000, 10_050, HealthVerdict.Healthy)]
    [InlineData("usage_wait", 10_000, 10_100, HealthVerdict.Critical)]
    public void Silence_that_the_adapter_explains_is_no_stall(string kind, double planned, double seconds, HealthVerdict expected)
    {
        var story = Story.AtWork()
            .With(f => f with { Activity = new ActivityInFlight(kind, "implementer", Story.Beginning, Story.Beginning + TimeSpan.FromSeconds(planned)) })
            .Log("role_start")
            .Look(0)
            .Look(seconds);
        Assert.Equal(expected, story.Run.Health.Verdict);
    }

    [Theory]
    [InlineData(7000, HealthVerdict.Healthy)]
    [InlineData(7300, HealthVerdict.Critical)]
    public void A_usage_wait_lasts_as_long_as_the_runtime_lets_it(double seconds, HealthVerdict expected)
    {
        var story = Story.AtWork().Log("usage_limit_blocked").Look(0).Look(seconds);
        Assert.Equal(expected, story.Run.Health.Verdict);
    }

    [Fact]
    public void A_role_limit_that_was_named_once_is_granted_to_the_next_role()
    {
        var story = Story.AtWork().Log("role_timeout", timeout: 4000).Log("role_start", role: "tester").Look(0).Look(4050);
        Assert.Equal(HealthVerdict.Healthy, story.Run.Health.Verdict);
        Assert.Equal(HealthVerdict.Critical, story.Look(20).Run.Health.Verdict);
    }

    [Theory]
    [InlineData(119, HealthVerdict.Healthy)]
    [InlineData(120, HealthVerdict.Degraded)]
    [InlineData(300, HealthVerdict.Critical)]
    public void A_heartbeat_is_compared_with_the_sprites_own_clock(double age, HealthVerdict expected)
    {
        var story = Story.AtWork();
        story.SpriteTime = story.Now;
        story.With(f => f with { HeartbeatAt = story.SpriteTime!.Value - TimeSpan.FromSeconds(age) }).Look(0);
        Assert.Equal(expected, story.Run.Health.Verdict);
        story.With(static f => f with { HeartbeatAt = null }).Look(0);
        Assert.Equal(HealthVerdict.Healthy, story.Run.Health.Verdict);
    }

    [Theory]
    [InlineData(119, 0, HealthVerdict.Healthy, null)]
    [InlineData(120, 0, HealthVerdict.Degraded, "The last look of the adapter's watch, which keeps the sprite awake, is older than 120 s.")]
    [InlineData(300, 299, HealthVerdict.Critical, "The last look of the adapter's watch, which keeps the sprite awake, is older than 300 s.")]
    [InlineData(120, 120, HealthVerdict.Degraded, "The runtime's heartbeat is older than 120 s.")]
    public void The_older_sign_of_life_is_judged_and_named(double beat, double heartbeat, HealthVerdict expected, string? detail)
    {
        var story = Story.AtWork();
        story.SpriteTime = story.Now;
        story.With(f => f with
        {
            AdapterBeatAt = story.SpriteTime!.Value - TimeSpan.FromSeconds(beat),
            HeartbeatAt = story.SpriteTime!.Value - TimeSpan.FromSeconds(heartbeat),
        }).Look(0);
        Assert.Equal(expected, story.Run.Health.Verdict);
        Assert.Equal(detail, story.Run.Health.Reasons.SingleOrDefault(static r => r.Code == HealthCodes.HeartbeatStale)?.Detail);
    }

    [Fact]
    public void A_beat_that_is_old_is_degraded_without_any_heartbeat()
    {
        var story = Story.AtWork();
        story.SpriteTime = story.Now;
        story.With(f => f with { AdapterBeatAt = story.SpriteTime!.Value - TimeSpan.FromSeconds(120) }).Look(0);
        Assert.Equal(HealthVerdict.Degraded, story.Run.Health.Verdict);
    }

    [Theory]
    [InlineData(30, false)]
    [InlineData(31, true)]
    [InlineData(-31, true)]
    public void A_clock_that_is_off_is_told_and_does_not_flicker(int skew, bool expected)
    {
        var story = Story.AtWork();
        story.SpriteTime = story.Now + TimeSpan.FromSeconds(skew);
        story.Look(0);
        Assert.Equal(expected, story.Run.Health.Reasons.Any(static r => r.Code == HealthCodes.ClockSkew));
        Assert.Equal(skew, story.Run.ClockSkewSeconds);
        story.SpriteTime = story.Now + TimeSpan.FromSeconds(skew + 4);
        Assert.False(story.Look(0).Last!.Changed);
    }

    [Fact]
    public void The_reasons_keep_their_since_and_the_worst_makes_the_verdict()
    {
        var story = Story.AtWork().Log("role_end").Look(0).Look(300);
        var since = story.Run.Health.Reasons.Single().Since;
        story.With(static f => f with { State = new StateFileFacts(false, Story.Loop, 1) }).Look(5);
        Assert.Equal(since, story.Run.Health.Reasons.Single(static r => r.Code == HealthCodes.IngestStale).Since);
        Assert.Equal(2, story.Run.Health.Reasons.Count);
        Assert.Equal(HealthVerdict.Degraded, story.Run.Health.Verdict);
        story.Look(700);
        Assert.Equal(HealthVerdict.Critical, story.Run.Health.Verdict);
    }
}
