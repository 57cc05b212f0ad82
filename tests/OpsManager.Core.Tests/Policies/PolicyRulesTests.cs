using OpsManager.Core.Divergence;
using OpsManager.Core.Escalations;
using OpsManager.Core.Health;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Runs;
using OpsManager.Core.Tests.Support;

namespace OpsManager.Core.Tests.Policies;

/// <summary>Every policy fires, and just does not a second earlier.</summary>
public sealed class PolicyRulesTests
{
    private static readonly RunPolicy Balanced = PolicyProfiles.Find("balanced")!;

    [Fact]
    public void Each_policy_has_one_rule() => Assert.Equal(
        [PolicyNames.StartDeadline, PolicyNames.MaxActiveDuration, PolicyNames.ApprovalReminder, PolicyNames.ApprovalDeadline, PolicyNames.Stall, PolicyNames.Stuck, PolicyNames.PauseUnfinished],
        PolicyRules.All.Select(static rule => rule.Name));

    [Theory]
    [InlineData(-3, false)]
    [InlineData(-2, true)]
    public void The_start_deadline(double offset, bool due)
    {
        var story = new Story(policy: Balanced).With(static _ => new RuntimeFacts()).Look(Balanced.StartDeadline.TotalSeconds + offset);
        Expect(story, due, PolicyNames.StartDeadline, PolicyAction.Cancel, PolicyCodes.StartDeadline, Story.Beginning + Balanced.StartDeadline);
    }

    [Fact]
    public void The_start_deadline_counts_from_the_acceptance_also_for_a_launch_that_took_long_to_be_accepted()
    {
        var story = new Story(LaunchKind.Start) { Capabilities = ["start"] };
        story.With(static _ => new RuntimeFacts()).Look(500).Answer(new Core.Decisions.StartAnswer(true, null, null, 0));
        Assert.Equal(LifecycleState.Starting, story.State);
        Assert.Contains(PolicyCodes.StartDeadline, story.Look(97).Open);
    }

    [Fact]
    public void A_launch_that_a_person_holds_back_is_not_late_and_has_its_whole_time_once_it_is_let_go()
    {
        var story = new Story(LaunchKind.Start, policy: Balanced with { Actions = new PolicyActions { StartDeadline = PolicyAction.Cancel } }).Capable()
            .With(static _ => new RuntimeFacts()).Ask(IntentVerb.Pause).Look(86_400);
        Assert.Empty(PolicyRules.Due(story.Run, story.Now));

        var resumed = story.Ask(IntentVerb.Resume).Now;
        story.Look();
        Assert.Equal(LifecycleState.Pending, story.State);
        Assert.Single(story.Effects.OfType<Core.Decisions.Effect.StartRuntime>());
        Assert.Empty(PolicyRules.Due(story.Run, resumed + Balanced.StartDeadline - TimeSpan.FromSeconds(3)));
        Assert.Equal(resumed + Balanced.StartDeadline, Assert.Single(PolicyRules.Due(story.Run, resumed + Balanced.StartDeadline)).Since);
    }

    [Fact]
    public void A_relaunch_that_a_person_held_back_has_its_whole_time_once_it_is_let_go()
    {
        var story = IntentStories.Awaiting().Ask(IntentVerb.Pause);
        IntentStories.Approve(story, "bob").Look().Look(86_400);
        Assert.Equal(LifecycleState.AwaitingRelaunch, story.State);
        var resumed = story.Ask(IntentVerb.Resume).Now;
        story.Look();
        Assert.DoesNotContain(PolicyCodes.RelaunchDeadline, story.Open);
        Assert.Contains(PolicyRules.Due(story.Run, resumed + Balanced.StartDeadline), static breach => breach.Code == PolicyCodes.RelaunchDeadline);
    }

    [Theory]
    [InlineData(-3, false)]
    [InlineData(-2, true)]
    public void The_relaunch_deadline_only_escalates(double offset, bool due)
    {
        var story = Awaiting(Balanced).Log("approval_decision", status: "approved", by: "ann").Look();
        Assert.Equal(LifecycleState.AwaitingRelaunch, story.State);
        var since = story.Now;
        story.Look(Balanced.StartDeadline.TotalSeconds + offset);
        Expect(story, due, PolicyNames.StartDeadline, PolicyAction.Escalate, PolicyCodes.RelaunchDeadline, since + Balanced.StartDeadline);
    }

    [Theory]
    [InlineData(-3, false)]
    [InlineData(-2, true)]
    public void The_maximum_active_duration(double offset, bool due)
    {
        var story = Story.AtWork(Balanced with { MaxActiveDuration = TimeSpan.FromMinutes(4) });
        var since = story.Now;
        story.Look(240 + offset);
        Expect(story, due, PolicyNames.MaxActiveDuration, PolicyAction.Pause, PolicyCodes.MaxActiveDuration, since.AddMinutes(4));
    }

    [Fact]
    public void A_limit_that_a_stopped_clock_has_passed_is_broken_since_it_was_passed()
    {
        var story = Story.AtWork(Balanced);
        var since = story.Now;
        story.Log("role_end").Look(1000).Leader(true, stopped: true).Look(0).Look(5000);
        Assert.Null(story.Run.Active.Since);
        var limited = story.Run with { Policy = story.Run.Policy with { MaxActiveDuration = TimeSpan.FromMinutes(4) } };
        Assert.Equal(since.AddMinutes(4), Assert.Single(PolicyRules.Due(limited, story.Now)).Since);
        Assert.Equal(since.AddMinutes(4), Assert.Single(PolicyRules.Due(limited, story.Now.AddHours(1))).Since);
    }

    [Fact]
    public void Pauses_decisions_and_recognised_waits_are_not_counted_as_active()
    {
        var story = Story.AtWork(Balanced with { MaxActiveDuration = TimeSpan.FromMinutes(4) });
        story.Look(100).Leader(true, stopped: true).Look(0).Look(10_000);
        Assert.Equal(100, story.Run.Active.At(story.Now).TotalSeconds);
        story.Leader(true).Look(0).Look(100);
        Assert.Equal(200, story.Run.Active.At(story.Now).TotalSeconds);
        story.With(static f => f with { Activity = new ActivityInFlight("rate_limit_wait", null, null, null) }).Look(0).Look(5000);
        Assert.Equal(200, story.Run.Active.At(story.Now).TotalSeconds);
        Assert.DoesNotContain(PolicyCodes.MaxActiveDuration, story.Open);
        story.With(static f => f with { Activity = null }).Log("role_end").Look(0).Look(38);
        Assert.Contains(PolicyCodes.MaxActiveDuration, story.Open);
        story.Log("approval_requested").ProcessEnds().Leader(false).Look(0);
        Assert.Equal(LifecycleState.AwaitingApproval, story.State);
        Assert.Null(story.Run.Active.Since);
    }

    [Fact]
    public void The_clock_is_written_only_when_counting_starts_or_stops()
    {
        var story = Story.AtWork().Log("role_end").Look();
        var clock = story.Run.Active;
        story.Look(20).Look(20);
        Assert.Same(clock, story.Run.Active);
        Assert.False(story.Last!.Changed);
    }

    [Fact]
    public void Without_a_limit_a_run_may_be_at_work_for_ever() =>
        Assert.DoesNotContain(PolicyRules.Due(Story.AtWork().Run, Story.Beginning.AddYears(5)), static breach => breach.Policy == PolicyNames.MaxActiveDuration);

    [Theory]
    [InlineData(-3, false)]
    [InlineData(-2, true)]
    public void The_approval_reminder_only_escalates(double offset, bool due)
    {
        var story = Awaiting(Balanced);
        var since = story.Now;
        story.Look(Balanced.ApprovalReminder.TotalSeconds + offset);
        Expect(story, due, PolicyNames.ApprovalReminder, PolicyAction.Escalate, PolicyCodes.ApprovalReminder, since + Balanced.ApprovalReminder);
    }

    [Theory]
    [InlineData(-3, false)]
    [InlineData(-2, true)]
    public void The_approval_deadline(double offset, bool due)
    {
        var story = Awaiting(Balanced);
        var since = story.Now;
        story.Look(Balanced.ApprovalDeadline!.Value.TotalSeconds + offset);
        Expect(story, due, PolicyNames.ApprovalDeadline, PolicyAction.Cancel, PolicyCodes.ApprovalDeadline, since + Balanced.ApprovalDeadline.Value);
        Assert.Contains(PolicyCodes.ApprovalReminder, story.Open);
    }

    [Fact]
    public void Without_an_approval_deadline_a_candidate_may_wait_for_ever() =>
        Assert.DoesNotContain(PolicyRules.Due(Awaiting(Balanced with { ApprovalDeadline = null }).Run, Story.Beginning.AddYears(5)), static breach => breach.Policy == PolicyNames.ApprovalDeadline);

    [Theory]
    [InlineData(899, false)]
    [InlineData(900, true)]
    public void The_stall(double seconds, bool due)
    {
        var story = Story.AtWork(Balanced).Log("role_end").Look(0).Look(seconds);
        Expect(story, due, PolicyNames.Stall, PolicyAction.Cancel, HealthCodes.IngestStale, story.Now);
        Assert.Equal(1, story.Open.Count(static code => code == HealthCodes.IngestStale));
    }

    [Theory]
    [InlineData(null, 897, false)]
    [InlineData(null, 898, true)]
    [InlineData(4000L, 4057, false)]
    [InlineData(4000L, 4058, true)]
    public void A_pause_that_nobody_asked_for_any_more_and_that_does_not_end(long? roleTimeout, double seconds, bool due)
    {
        var story = IntentStories.Working(roleTimeout).Leader(true, stopped: true, children: 1).Look();
        Assert.Equal(LifecycleState.Pausing, story.State);
        var since = story.Now + (roleTimeout is { } limit ? TimeSpan.FromSeconds(limit + 60) : Balanced.StallCritical);
        story.Look(seconds);
        Expect(story, due, PolicyNames.PauseUnfinished, PolicyAction.Escalate, PolicyCodes.PauseUnfinished, since);
    }

    [Fact]
    public void A_pause_that_is_under_way_has_its_own_deadline()
    {
        var story = IntentStories.Working(roleTimeout: 600).Ask(IntentVerb.Pause).Look().Leader(true, stopped: true, children: 1).Reply(DeliveryOutcome.Done).Look();
        Assert.Equal(LifecycleState.Pausing, story.State);
        Assert.Empty(PolicyRules.Due(story.Run, story.Now.AddDays(1)));
    }

    [Fact]
    public void A_pause_under_way_that_has_no_deadline_is_told_when_it_does_not_end()
    {
        var story = IntentStories.Working().Ask(IntentVerb.Pause).Look().Leader(true, stopped: true, children: 1).Reply(DeliveryOutcome.Done).Look();
        Assert.Equal((LifecycleState.Pausing, (DateTimeOffset?)null), (story.State, IntentStories.Only(story).Deadline));

        story.Look(Balanced.StallCritical.TotalSeconds - 3);
        Assert.DoesNotContain(PolicyCodes.PauseUnfinished, story.Open);
        story.Look(1);
        Assert.Contains(PolicyCodes.PauseUnfinished, story.Open);
        Assert.Equal(IntentStatus.Delivered, IntentStories.Only(story).Status);

        story.Leader(true, stopped: true).Look();
        Assert.DoesNotContain(PolicyCodes.PauseUnfinished, story.Open);
        Assert.Equal(IntentStatus.Confirmed, IntentStories.Only(story).Status);
    }

    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void Circles(int unchanged, bool due)
    {
        var story = Circling(unchanged, Balanced);
        var breach = PolicyRules.ToActOn(Acting(story.Run, static actions => actions with { Stuck = PolicyAction.Pause }), story.Now).SingleOrDefault();
        Assert.Equal(due ? (PolicyNames.Stuck, PolicyAction.Pause, HealthCodes.Circling) : default, (breach?.Policy!, breach?.Action ?? default, breach?.Code!));
        Assert.Equal(due, story.Run.Escalations.Any(static open => open is { Code: HealthCodes.Circling, Severity: EscalationSeverity.Critical }));
    }

    [Fact]
    public void Nothing_is_done_by_itself_unless_it_was_asked_for()
    {
        var story = Circling(50, Balanced);
        Assert.NotEmpty(PolicyRules.Due(story.Run, story.Now));
        Assert.Empty(PolicyRules.ToActOn(story.Run, story.Now));
    }

    [Fact]
    public void Frozen_control_escalates_and_does_nothing()
    {
        var story = Circling(50, Balanced);
        Assert.NotEmpty(PolicyRules.ToActOn(Acting(story.Run, static actions => actions with { Stuck = PolicyAction.Cancel }), story.Now));
        story.Log("role_start", role: "tester").With(static f => f with { State = new StateFileFacts(false, Story.Loop, 1) }).Look();
        Assert.True(story.Run.IsFrozen());
        Assert.NotEmpty(PolicyRules.Due(story.Run, story.Now));
        Assert.Empty(PolicyRules.ToActOn(Acting(story.Run, static actions => actions with { Stuck = PolicyAction.Cancel }), story.Now));
    }

    [Fact]
    public void An_ended_run_breaks_no_policy()
    {
        var story = Circling(50, Balanced).Log("loop_complete").Leader(false).Look();
        Assert.Equal(LifecycleState.Completed, story.State);
        Assert.Empty(PolicyRules.Due(story.Run, story.Now.AddYears(1)));
        Assert.Null(story.Run.Active.Since);
    }

    [Fact]
    public void Silence_is_not_acted_on_while_a_run_cannot_be_reached_and_is_once_it_is_seen()
    {
        var story = new Story(policy: Balanced with { Actions = new PolicyActions { Stall = PolicyAction.Cancel } }).Capable()
            .Log("loop_start").Log("iteration_start").Leader(true).Look();
        story.Fail("transport_unreachable", 1000, 100_000, 100_000);
        Assert.Equal(HealthVerdict.Critical, story.Run.Health.Verdict);
        Assert.Empty(story.Run.Intents);

        Assert.Equal("policy:stall", story.Look().Sent.By);
    }

    /// <summary>A run of which so many iterations in a row left everything as it was.</summary>
    internal static Story Circling(int unchanged, RunPolicy? policy = null)
    {
        var story = Story.AtWork(policy).With(static f => f with { Progress = new ProgressMark("c1", "t1", 3, null) }).Look();
        for (var iteration = 2; iteration <= unchanged + 1; iteration++)
        {
            story.Log("iteration_start", iteration: iteration).Look();
        }

        return story;
    }

    internal static Story Awaiting(RunPolicy? policy = null) => Story.AtWork(policy).Log("approval_requested").ProcessEnds().Look();

    /// <summary>The same run, had its policies been told to act: a run that is acted on does not break them any more.</summary>
    private static LoopRun Acting(LoopRun run, Func<PolicyActions, PolicyActions> change) =>
        run with { Policy = run.Policy with { Actions = change(PolicyActions.EscalateOnly) } };

    private static LoopRun Acting(LoopRun run, string policy, PolicyAction action) => Acting(run, actions => policy switch
    {
        PolicyNames.StartDeadline => actions with { StartDeadline = action },
        PolicyNames.MaxActiveDuration => actions with { MaxActiveDuration = action },
        PolicyNames.ApprovalDeadline => actions with { ApprovalDeadline = action },
        PolicyNames.Stall => actions with { Stall = action },
        _ => actions,
    });

    private static void Expect(Story story, bool due, string policy, PolicyAction action, string code, DateTimeOffset since)
    {
        var run = Acting(story.Run, policy, action);
        var breach = PolicyRules.Due(run, story.Now).SingleOrDefault(breach => breach.Policy == policy);
        Assert.Equal(due, breach is not null);
        Assert.Equal(due, story.Run.Escalations.Any(open => open.Code == code && open.Severity == (breach?.Severity ?? EscalationSeverity.Critical)));
        Assert.Equal(due && action != PolicyAction.Escalate, PolicyRules.ToActOn(run, story.Now).Any(item => item.Policy == policy));
        if (breach is not null)
        {
            Assert.Equal((action, code, since), (breach.Action, breach.Code, breach.Since));
        }
    }
}
