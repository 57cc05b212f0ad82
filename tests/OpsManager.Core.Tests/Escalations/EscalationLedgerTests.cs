using OpsManager.Core.Decisions;
using OpsManager.Core.Escalations;
using OpsManager.Core.Health;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Runs;
using OpsManager.Core.Tests.Support;

namespace OpsManager.Core.Tests.Escalations;

public sealed class EscalationLedgerTests
{
    private static readonly DateTimeOffset Start = Story.Beginning;
    private static readonly EscalationCondition Stale = new("ingest_stale", EscalationSeverity.Warning, "quiet");

    private static readonly Acknowledgement Seen = new(Start, "ann", null);

    [Fact]
    public void What_comes_back_soon_is_the_same_escalation_with_a_count()
    {
        var (run, _) = EscalationLedger.Settle(Run(), [Stale], Start);
        (run, var resolved) = EscalationLedger.Settle(run, [], Start.AddMinutes(1));
        (run, var again) = EscalationLedger.Settle(run, [Stale], Start.AddMinutes(16));

        Assert.Equal([new Effect.ResolveEscalation(1, "ingest_stale")], resolved);
        Assert.Equal([new Effect.ReopenEscalation(1, "ingest_stale", 2, "quiet")], again);
        Assert.Equal((1L, 2, Start), (run.Escalations[0].Number, run.Escalations[0].Count, run.Escalations[0].Since));
        Assert.Equal(1, run.EscalationCount);

        (_, resolved) = EscalationLedger.Settle(run, [], Start.AddMinutes(17));
        Assert.Equal(2, Assert.IsType<Effect.ResolveEscalation>(Assert.Single(resolved)).Count);
    }

    [Fact]
    public void What_comes_back_late_is_another_one()
    {
        var (run, _) = EscalationLedger.Settle(Run(), [Stale], Start);
        (run, _) = EscalationLedger.Settle(run, [], Start.AddMinutes(1));
        (run, var effects) = EscalationLedger.Settle(run, [Stale], Start.AddMinutes(16).AddTicks(1));

        Assert.Equal([new Effect.RaiseEscalation(2, "ingest_stale", EscalationSeverity.Warning, "quiet")], effects);
        Assert.Empty(run.RecentEscalations);
    }

    [Fact]
    public void What_becomes_more_urgent_is_another_one_even_at_once()
    {
        var (run, _) = EscalationLedger.Settle(Run(), [Stale], Start);
        (run, var effects) = EscalationLedger.Settle(run, [Stale with { Severity = EscalationSeverity.Critical }], Start.AddMinutes(1));

        Assert.Equal([typeof(Effect.ResolveEscalation), typeof(Effect.RaiseEscalation)], effects.Select(effect => effect.GetType()));
        Assert.Equal((2L, EscalationSeverity.Critical), (run.Escalations[0].Number, run.Escalations[0].Severity));
    }

    [Fact]
    public void Who_takes_care_of_it_still_does_when_it_comes_back()
    {
        var (run, _) = EscalationLedger.Settle(Run(), [Stale], Start);
        run = run with { Escalations = [run.Escalations[0] with { Acknowledgement = Seen }] };
        (run, _) = EscalationLedger.Settle(run, [], Start.AddMinutes(1));
        (run, _) = EscalationLedger.Settle(run, [Stale], Start.AddMinutes(2));

        Assert.Equal(Seen, run.Escalations[0].Acknowledgement);
    }

    [Fact]
    public void What_is_remembered_is_bounded()
    {
        var run = Run();
        for (var i = 0; i < 50; i++)
        {
            (run, _) = EscalationLedger.Settle(run, [new($"code_{i}", EscalationSeverity.Info, "x")], Start.AddSeconds(i));
        }

        Assert.Equal(16, run.RecentEscalations.Count);
    }

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void An_acknowledged_escalation_is_no_call_for_attention(bool acknowledged, bool attention)
    {
        var run = Run() with
        {
            Lifecycle = LifecycleStatus.Live(LifecycleState.Running, Start),
            Escalations = [new OpenEscalation(1, "ingest_stale", EscalationSeverity.Critical, Start) { Acknowledgement = acknowledged ? Seen : null }],
            Health = HealthReport.Unobserved with
            {
                Verdict = HealthVerdict.Critical,
                Reasons = [new HealthReason("ingest_stale", HealthVerdict.Critical, Start, "quiet")],
            },
        };

        Assert.Equal(attention, run.NeedsAttention());
        Assert.True((run with { Lifecycle = LifecycleStatus.Live(LifecycleState.AwaitingApproval, Start) }).NeedsAttention());
    }

    [Fact]
    public void A_suspended_engine_is_not_resumed_by_what_somebody_asks_of_the_run()
    {
        var story = Suspended().Ask(IntentVerb.Pause);
        Assert.Equal([new OpenEscalation(1, EngineSuspension.Code, EscalationSeverity.Critical, Start)], story.Run.Escalations);
        Assert.DoesNotContain(story.Last!.Effects, static effect => effect is Effect.ResolveEscalation);

        story.Look();
        Assert.Equal(new Effect.ResolveEscalation(1, EngineSuspension.Code), Assert.Single(story.Last!.Effects.OfType<Effect.ResolveEscalation>()));
        Assert.Empty(story.Open);
    }

    [Fact]
    public void A_suspended_engine_of_a_run_that_a_request_ends_is_nobodys_trouble_any_more()
    {
        var story = Suspended().Ask(IntentVerb.Cancel);
        Assert.Equal(LifecycleState.Cancelled, story.State);
        Assert.Empty(story.Open);
    }

    /// <summary>A run of which the watchdog told that its engine is suspended.</summary>
    private static Story Suspended() => new(change: static run => run with
    {
        Escalations = [new OpenEscalation(1, EngineSuspension.Code, EscalationSeverity.Critical, Start)],
        EscalationCount = 1,
    });

    private static LoopRun Run() => new Story().Run;
}
