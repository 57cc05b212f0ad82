using OpsManager.Core.Health;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Tests.Support;

namespace OpsManager.Core.Tests.Health;

/// <summary>A silence that is explained is named and no alarm.</summary>
public sealed class WaitTests
{
    [Theory]
    [InlineData("rate_limit_wait", HealthCodes.RateLimitWait)]
    [InlineData("usage_wait", HealthCodes.UsageLimitWait)]
    public void A_limit_that_others_set_is_named_at_once(string kind, string code)
    {
        var until = Story.Beginning.AddHours(2);
        var story = Story.AtWork().With(f => f with { Activity = new ActivityInFlight(kind, "tester", Story.Beginning, until) }).Look();
        var since = story.Now;
        story.Look(3600);
        Assert.Equal((HealthVerdict.Healthy, 0), (story.Run.Health.Verdict, story.Run.Escalations.Count));
        var wait = Assert.Single(story.Run.Health.Waits);
        Assert.Equal((code, since, until, true), (wait.Code, wait.Since, wait.Until, wait.IsIdle));
        Assert.False(story.Look().Last!.Changed);
        Assert.Empty(story.With(static f => f with { Activity = null }).Log("role_start").Look().Run.Health.Waits);
    }

    [Fact]
    public void A_usage_quota_is_named_from_the_log_alone() =>
        Assert.Equal(HealthCodes.UsageLimitWait, Assert.Single(Story.AtWork().Log("usage_limit_blocked").Look().Run.Health.Waits).Code);

    [Fact]
    public void A_role_with_more_time_than_silence_is_given_is_named_once_the_silence_is_noticeable()
    {
        var story = Story.AtWork()
            .With(static f => f with { Activity = new ActivityInFlight("role", "implementer", Story.Beginning, Story.Beginning.AddHours(1)) })
            .Log("role_start", role: "implementer")
            .Look(0)
            .Look(299);
        Assert.Empty(story.Run.Health.Waits);
        var wait = Assert.Single(story.Look(1).Run.Health.Waits);
        Assert.Equal((HealthCodes.LongRole, false), (wait.Code, wait.IsIdle));
        Assert.Equal(HealthVerdict.Healthy, story.Run.Health.Verdict);
        Assert.NotNull(story.Run.Active.Since);
        Assert.Equal((HealthVerdict.Critical, 0), (story.Look(3360).Run.Health.Verdict, story.Run.Health.Waits.Count));
    }

    [Fact]
    public void A_usage_wait_is_named_for_as_long_as_it_is_allowed_and_told_from_then_on()
    {
        var story = Story.AtWork().With(static f => f with { Activity = new ActivityInFlight("usage_wait", null, Story.Beginning, Story.Beginning.AddHours(3)) }).Look(0);
        Assert.Equal(HealthCodes.UsageLimitWait, Assert.Single(story.Look((3 * 3600) + 50).Run.Health.Waits).Code);
        Assert.Empty(story.Look(10).Run.Health.Waits);
        Assert.Contains(HealthCodes.IngestStale, story.Open);
    }

    [Fact]
    public void A_role_that_goes_on_after_a_usage_wait_is_given_no_more_silence_than_any_other()
    {
        var story = Story.AtWork()
            .Log("role_start", role: "implementer")
            .Log("usage_limit_blocked")
            .With(static f => f with { Activity = new ActivityInFlight("usage_wait", "implementer", null, null) })
            .Look();
        Assert.Equal(HealthCodes.UsageLimitWait, Assert.Single(story.Run.Health.Waits).Code);
        story.With(static f => f with { Activity = new ActivityInFlight("role", "implementer", null, null) }).Look(1);
        Assert.Empty(story.Run.Health.Waits);
        Assert.Equal(HealthVerdict.Critical, story.Look(1000).Run.Health.Verdict);
    }

    [Fact]
    public void A_wait_that_outlasts_what_is_recognised_is_a_stall()
    {
        var story = Story.AtWork().With(static f => f with { Activity = new ActivityInFlight("rate_limit_wait", null, null, null) }).Look().Look(6 * 3600 + 60);
        Assert.Empty(story.Run.Health.Waits);
        Assert.Equal(HealthVerdict.Critical, story.Run.Health.Verdict);
    }

    [Fact]
    public void A_failed_poll_leaves_a_wait_as_it_was()
    {
        var story = Story.AtWork().Log("usage_limit_blocked").Look().Fail("transport_unreachable", 9, 900);
        Assert.Single(story.Run.Health.Waits);
        Assert.Empty(Story.AtWork().Log("usage_limit_blocked").Look().Log("approval_requested").ProcessEnds().Look().Run.Health.Waits);
    }

    [Fact]
    public void A_growing_role_log_is_a_sign_of_progress_and_is_noted_sparingly()
    {
        var story = Story.AtWork().Log("role_end").Log("role_start", role: "tester").Look(0);
        var changes = 0;
        for (var bytes = 0; bytes < 2000; bytes += 5)
        {
            var activity = new ActivityInFlight("role", "tester", Story.Beginning, null) { OutputBytes = bytes };
            changes += story.With(f => f with { Activity = activity }).Look(5).Last!.Changed ? 1 : 0;
        }

        Assert.Equal((LifecycleState.Running, HealthVerdict.Healthy, "yes"), (story.State, story.Run.Health.Verdict, story.Run.Health.Moving.Status));
        Assert.InRange(changes, 10, 21);
        Assert.Equal(HealthVerdict.Critical, story.Look(100).Look(900).Run.Health.Verdict);
    }
}
