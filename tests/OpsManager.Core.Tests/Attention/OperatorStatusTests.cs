using System.Text.Json;
using OpsManager.Core.Attention;
using OpsManager.Core.Divergence;
using OpsManager.Core.Escalations;
using OpsManager.Core.Evidence;
using OpsManager.Core.Health;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Observations;
using OpsManager.Core.Policies;
using OpsManager.Core.Primitives;
using OpsManager.Core.Reasons;
using OpsManager.Core.Runs;
using OpsManager.Core.Tests.Policies;
using OpsManager.Core.Tests.Support;

namespace OpsManager.Core.Tests.Attention;

public sealed class OperatorStatusTests
{
    public static TheoryData<string> Codes => new(ReasonCatalogue.All.Select(static reason => reason.Code));

    public static TheoryData<LifecycleState> States => new(Enum.GetValues<LifecycleState>());

    [Theory]
    [MemberData(nameof(Codes))]
    public void Every_code_that_is_escalated_gives_a_line_with_since_and_what_to_do(string code)
    {
        var since = Story.Beginning.AddMinutes(3);
        var run = Story.AtWork().Run with { Escalations = [new OpenEscalation(1, code, EscalationSeverity.Critical, since)] };
        var attention = OperatorStatus.Of(run, since.AddSeconds(1));
        var reason = ReasonCatalogue.Find(code)!;
        Assert.Equal((EscalationSeverity.Critical, code, since, reason.Next), (attention.Severity, attention.Code, attention.Since, attention.Next));
        Assert.StartsWith(reason.Meaning, attention.Line, StringComparison.Ordinal);
        Assert.Contains("Since 2026-01-01 12:03:00Z.", attention.Line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', attention.Line);
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Every_state_gives_a_line(LifecycleState state)
    {
        var since = Story.Beginning.AddMinutes(1);
        var run = Story.AtWork().Run;
        run = run with
        {
            Lifecycle = state.IsTerminal()
                ? LifecycleStatus.Ended(state, since, null, Quiescence.Proven, "process")
                : LifecycleStatus.Live(state, since),
        };
        var attention = OperatorStatus.Of(run, since);
        Assert.Equal(JsonSerializer.Serialize(state).Trim('"'), attention.Code);
        Assert.Contains("Since 2026-01-01 12:01:00Z.", attention.Line, StringComparison.Ordinal);
        Assert.NotEmpty(attention.Next);
    }

    [Fact]
    public void A_run_at_work_says_what_it_does()
    {
        var attention = OperatorStatus.Of(Story.AtWork().Run, Story.Beginning);
        Assert.Equal("The runtime is at work. Since 2026-01-01 12:00:05Z. Iteration 1, role implementer at work.", attention.Line);
        Assert.Equal((EscalationSeverity.Info, "Nothing to do."), (attention.Severity, attention.Next));
    }

    [Fact]
    public void A_silence_says_which_limit_it_broke_and_offers_what_the_endpoint_can_do()
    {
        var story = new Story { Capabilities = ["cancel"] }.Log("loop_start").Log("iteration_start").Look().Look(900);
        var attention = OperatorStatus.Of(story.Run, story.Now);
        Assert.Equal("Nothing is heard of the work for longer than is allowed now. Since 2026-01-01 12:15:05Z. No event for longer than the 900 s that are allowed now.", attention.Line);
        Assert.Equal([IntentVerb.Cancel], attention.Actions);
    }

    [Fact]
    public void A_candidate_is_named()
    {
        var attention = OperatorStatus.Of(PolicyRulesTests.Awaiting().Run, Story.Beginning);
        Assert.Equal((EscalationSeverity.Warning, "awaiting_approval"), (attention.Severity, attention.Code));
        Assert.Contains("Iteration 1 of runtime run r1.", attention.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wait_says_until_when()
    {
        var story = Story.AtWork().With(static f => f with { Activity = new ActivityInFlight("rate_limit_wait", null, null, Story.Beginning.AddHours(2)) }).Look();
        var attention = OperatorStatus.Of(story.Run, story.Now);
        Assert.Equal((EscalationSeverity.Info, HealthCodes.RateLimitWait), (attention.Severity, attention.Code));
        Assert.EndsWith("Since 2026-01-01 12:00:10Z. The runtime sits out a rate limit. Until 2026-01-01 14:00:00Z by the sprite's clock.", attention.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void The_most_urgent_comes_first_and_frozen_control_is_said_with_it()
    {
        var story = Story.AtWork().With(static f => f with { State = new StateFileFacts(false, Story.Loop, 1) }).Look();
        Assert.Equal(HealthCodes.Divergence, OperatorStatus.Of(story.Run, story.Now).Code);
        story.Look(4000);
        var attention = OperatorStatus.Of(story.Run, story.Now);
        Assert.Equal(HealthCodes.IngestStale, attention.Code);
        Assert.EndsWith("Automatic control is frozen.", attention.Line, StringComparison.Ordinal);
        Assert.True(story.Run.IsFrozen());
    }

    [Fact]
    public void A_deadline_that_has_passed_is_said_before_the_next_poll()
    {
        var run = new Story().Run;
        Assert.Equal("pending", OperatorStatus.Of(run, Story.Beginning.AddMinutes(9)).Code);
        Assert.Equal(PolicyCodes.StartDeadline, OperatorStatus.Of(run, Story.Beginning.AddMinutes(10)).Code);
    }

    [Theory]
    [InlineData("role_timeout", "role_timeout")]
    [InlineData("reason_of_its_own", "failed")]
    public void An_end_says_why_by_which_event_and_what_is_left(string reason, string code)
    {
        var run = Story.AtWork().Run;
        run = run with
        {
            Lifecycle = LifecycleStatus.Ended(LifecycleState.Failed, Story.Beginning, reason, Quiescence.Proven, "process"),
            Evidence = run.Evidence with { End = new EndSignal(LifecycleState.Failed, reason, 42) },
        };
        var attention = OperatorStatus.Of(run, Story.Beginning);
        Assert.Equal((code, EscalationSeverity.Warning), (attention.Code, attention.Severity));
        Assert.EndsWith($"The run is failed ({reason}), by event 42; nothing of it lives (process).", attention.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void An_end_that_may_have_left_processes_says_so_and_offers_to_reap_them()
    {
        var run = Story.AtWork().Run with
        {
            Capabilities = ["force_cancel"],
            Lifecycle = LifecycleStatus.Ended(LifecycleState.Completed, Story.Beginning, null, Quiescence.NotProven, null),
        };
        var attention = OperatorStatus.Of(run, Story.Beginning);
        Assert.Equal("quiescence_not_proven", attention.Code);
        Assert.Equal([IntentVerb.ForceCancel], attention.Actions);
    }

    [Fact]
    public void A_hold_without_a_process_is_a_pause()
    {
        var run = new Story().Run with { Hold = new HoldMemory(IntentId.Parse("intent-1"), "ann", Story.Beginning.AddHours(1)) };
        var attention = OperatorStatus.Of(run, Story.Beginning.AddHours(2));
        Assert.Equal(("paused", Story.Beginning.AddHours(1)), (attention.Code, attention.Since));
        Assert.Contains("Paused by ann.", attention.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_of_others_do_not_make_the_line_endless()
    {
        var run = Story.AtWork().Run with
        {
            Health = HealthReport.Unobserved with { Reasons = new[] { new HealthReason("code_of_its_own", HealthVerdict.Critical, Story.Beginning, new string('x', 5000)) }.ToValueList() },
        };
        Assert.True(OperatorStatus.Of(run, Story.Beginning).Line.Length < 700);
    }
}
