using OpsManager.Core.Alerts;
using OpsManager.Core.Escalations;
using OpsManager.Core.Primitives;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Tests.Alerts;

public sealed class DeliveryPlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DeliveryRules Rules = new();
    private static readonly Dictionary<string, DateTimeOffset> Nobody = [];

    [Theory]
    [InlineData(AlertStatus.Open, null, true)]
    [InlineData(AlertStatus.Open, AlertStatus.Open, false)]
    [InlineData(AlertStatus.Open, AlertStatus.Resolved, true)]
    [InlineData(AlertStatus.Acknowledged, null, false)]
    [InlineData(AlertStatus.Acknowledged, AlertStatus.Open, true)]
    [InlineData(AlertStatus.Acknowledged, AlertStatus.Acknowledged, false)]
    [InlineData(AlertStatus.Acknowledged, AlertStatus.Resolved, false)]
    [InlineData(AlertStatus.Resolved, null, true)]
    [InlineData(AlertStatus.Resolved, AlertStatus.Open, true)]
    [InlineData(AlertStatus.Resolved, AlertStatus.Acknowledged, true)]
    [InlineData(AlertStatus.Resolved, AlertStatus.Resolved, false)]
    public void A_sink_is_told_what_it_does_not_know(AlertStatus status, AlertStatus? told, bool due)
    {
        var alert = Alert(status) with { Deliveries = told is null ? [] : [new SinkDelivery { Sink = "a", Told = told, ToldSeverity = EscalationSeverity.Warning }] };

        Assert.Equal(due, Plan([alert]).Messages.Count == 1);
    }

    [Fact]
    public void What_flaps_is_raised_again_only_after_a_while_and_at_once_if_more_urgent()
    {
        var told = Alert(AlertStatus.Open) with
        {
            Deliveries = [new SinkDelivery { Sink = "a", Told = AlertStatus.Resolved, ToldSeverity = EscalationSeverity.Warning, RaisedAt = Now.AddMinutes(-14) }],
        };

        Assert.Empty(Plan([told]).Messages);
        Assert.Equal(Now.AddMinutes(1), Plan([told]).NextAt);
        Assert.Single(Plan([told with { Severity = EscalationSeverity.Critical }]).Messages);
        Assert.Single(Plan([told], now: Now.AddMinutes(1)).Messages);
    }

    [Fact]
    public void Only_routed_sinks_are_told_of_a_beginning_and_all_that_know_of_it_of_the_end()
    {
        var known = new SinkDelivery { Sink = "gone", Told = AlertStatus.Open };

        Assert.Equal(["a"], Plan([Alert(AlertStatus.Open) with { Deliveries = [known] }]).Messages.Select(message => message.Sink));
        Assert.Equal(["a", "gone"], Plan([Alert(AlertStatus.Resolved) with { Deliveries = [known] }]).Messages.Select(message => message.Sink).Order());
    }

    [Fact]
    public void What_a_sink_refused_is_not_offered_again_but_what_follows_is()
    {
        var refused = new SinkDelivery { Sink = "a", Parked = AlertStatus.Open };

        Assert.Empty(Plan([Alert(AlertStatus.Open) with { Deliveries = [refused] }]).Messages);
        Assert.Single(Plan([Alert(AlertStatus.Resolved) with { Deliveries = [refused] }]).Messages);
    }

    [Theory]
    [InlineData(true, null, 0)]
    [InlineData(true, AlertStatus.Open, 1)]
    [InlineData(false, null, 1)]
    public void An_end_is_told_to_nobody_if_the_beginning_was_held(bool held, AlertStatus? told, int messages)
    {
        var alert = Alert(AlertStatus.Resolved) with { WasHeld = held, Deliveries = told is null ? [] : [new SinkDelivery { Sink = "a", Told = told }] };

        Assert.Equal(messages, Plan([alert]).Messages.Count);
    }

    [Fact]
    public void A_muted_run_is_not_told_of_until_the_mute_ends()
    {
        var alert = Alert(AlertStatus.Open) with { MutedUntil = Now.AddHours(1) };
        Assert.Empty(Plan([alert]).Messages);
        Assert.Single(Plan([alert], now: Now.AddHours(1)).Messages);
    }

    [Fact]
    public void A_silence_holds_what_it_covers_until_it_ends()
    {
        var silence = new Silence { Id = "s", Author = "ann", Comment = "x", CreatedAt = Now, ExpiresAt = Now.AddHours(1), Workspace = "shop", Label = "team=payments" };
        var alert = Alert(AlertStatus.Open) with { Workspace = "shop", Labels = [new RunLabel("team", "payments")] };

        var plan = Plan([alert], silences: [silence]);

        Assert.Equal((0, Now.AddHours(1)), (plan.Messages.Count, plan.NextAt));
        Assert.Equal([alert.Key], plan.Held);
        Assert.Single(Plan([alert with { Workspace = "other" }], silences: [silence]).Messages);
        Assert.Single(Plan([alert], silences: [silence], now: Now.AddHours(1)).Messages);
    }

    [Fact]
    public void While_the_manager_suspects_itself_it_says_nothing_of_lost_connections_but_all_else()
    {
        var suspicion = Alert(AlertStatus.Open) with { RunId = null, Code = FleetSuspicion.Code };
        var lost = Alert(AlertStatus.Open) with { Code = "transport_timeout" };
        var other = Alert(AlertStatus.Open) with { RunId = RunId.Parse("run-other") };

        Assert.Equal([suspicion.Key, other.Key], Plan([suspicion, lost, other]).Messages.Select(message => message.Key).Order());
        Assert.Equal(3, Plan([suspicion with { Status = AlertStatus.Resolved }, lost, other]).Messages.Count);
    }

    [Fact]
    public void The_most_urgent_goes_first()
    {
        var plan = Plan([Alert(AlertStatus.Open), Alert(AlertStatus.Open) with { Code = "b", Severity = EscalationSeverity.Critical }]);

        Assert.Equal([EscalationSeverity.Critical, EscalationSeverity.Warning], plan.Messages.Select(message => message.Severity));
    }

    [Fact]
    public void What_is_over_is_forgotten_once_telling_it_again_would_not_be_flapping()
    {
        var alert = Alert(AlertStatus.Resolved) with
        {
            Deliveries = [new SinkDelivery { Sink = "a", Told = AlertStatus.Resolved, RaisedAt = Now.AddMinutes(-10) }],
        };

        Assert.Empty(Plan([alert]).Settled);
        Assert.Equal([alert.Key], Plan([alert], now: Now.AddMinutes(5)).Settled);
    }

    [Fact]
    public void A_grown_group_is_told_again_after_a_while()
    {
        var group = new AlertGroup
        {
            Id = "g",
            Code = "ingest_stale",
            Sinks = ["a"],
            OpenedAt = Now,
            JoinedAt = Now,
            Deliveries = [new SinkDelivery { Sink = "a", Told = AlertStatus.Open, ToldSeverity = EscalationSeverity.Warning, ToldRuns = 3, RaisedAt = Now }],
        };
        Alert[] members = [.. Enumerable.Range(1, 4).Select(i => Alert(AlertStatus.Open) with { RunId = RunId.Parse($"run-{i}"), Group = "g" })];

        Assert.Empty(Plan(members, [group]).Messages);
        Assert.Equal(4, Plan(members, [group], now: Now.AddMinutes(5)).Messages.Single().Alerts.Count);
    }

    [Fact]
    public void A_group_is_open_as_long_as_one_member_is()
    {
        var group = new AlertGroup
        {
            Id = "g",
            Code = "ingest_stale",
            Sinks = ["a"],
            OpenedAt = Now,
            JoinedAt = Now,
            Deliveries = [new SinkDelivery { Sink = "a", Told = AlertStatus.Open, ToldSeverity = EscalationSeverity.Warning, ToldRuns = 2, RaisedAt = Now }],
        };
        var open = Alert(AlertStatus.Open) with { Group = "g" };
        var over = Alert(AlertStatus.Resolved) with { RunId = RunId.Parse("run-b"), Group = "g" };

        Assert.Empty(Plan([open, over], [group]).Messages);
        Assert.Equal(AlertStatus.Acknowledged, Plan([open with { Status = AlertStatus.Acknowledged }, over], [group]).Messages.Single().Status);
        Assert.Equal(AlertStatus.Resolved, Plan([open with { Status = AlertStatus.Resolved }, over], [group]).Messages.Single().Status);
    }

    [Fact]
    public void A_grouped_alert_that_becomes_more_urgent_is_told_where_only_the_urgent_goes_and_its_end_too()
    {
        var told = new SinkDelivery { Sink = "a", Told = AlertStatus.Open, ToldSeverity = EscalationSeverity.Warning, ToldRuns = 2, RaisedAt = Now };
        var group = new AlertGroup { Id = "g", Code = "ingest_stale", Sinks = ["a"], OpenedAt = Now, JoinedAt = Now, Deliveries = [told] };
        var warning = Alert(AlertStatus.Open) with { Group = "g" };
        var critical = Alert(AlertStatus.Open) with { RunId = RunId.Parse("run-b"), Group = "g", Severity = EscalationSeverity.Critical };
        var over = critical with { Status = AlertStatus.Resolved };

        Assert.Equal(["a", "urgent"], Sinks([warning, critical], group));
        Assert.Equal(["a"], Sinks([warning, critical with { MutedUntil = Now.AddHours(1) }], group));

        var known = group with { Deliveries = [told, told with { Sink = "urgent", ToldSeverity = EscalationSeverity.Critical }] };
        Assert.Empty(Sinks([warning, over], known));
        Assert.Equal(["a", "urgent"], Sinks([warning with { Status = AlertStatus.Resolved }, over], known));

        IEnumerable<string> Sinks(IReadOnlyList<Alert> members, AlertGroup of) => DeliveryPlanner
            .Plan(new AlertBoard(members, [of], [], []), Nobody, alert => alert.Severity == EscalationSeverity.Critical ? ["urgent"] : ["a"], Rules, Now)
            .Messages.Select(static message => message.Sink).Order();
    }

    [Theory]
    [InlineData(1, null, 5)]
    [InlineData(2, null, 10)]
    [InlineData(8, null, 640)]
    [InlineData(9, null, 900)]
    [InlineData(1000, null, 900)]
    [InlineData(1, 3, 5)]
    [InlineData(1, 120, 120)]
    [InlineData(1, 86400, 3600)]
    public void Pauses_double_up_to_a_quarter_of_an_hour_and_respect_what_is_asked_for(int failures, int? asked, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Rules.PauseAfter(failures, asked is { } wait ? TimeSpan.FromSeconds(wait) : null));

    [Fact]
    public void A_group_that_nobody_joined_is_gone_without_a_word_unless_something_was_told_of_it()
    {
        var group = new AlertGroup { Id = "g", Code = "ingest_stale", Sinks = ["a"], OpenedAt = Now, JoinedAt = Now };
        var untold = Plan([], [group]);
        Assert.Empty(untold.Messages);
        Assert.Equal(["g"], untold.SettledGroups);

        var told = Plan([], [group with { Deliveries = [new SinkDelivery { Sink = "a", Told = AlertStatus.Open }] }]);
        Assert.Equal(AlertStatus.Resolved, Assert.Single(told.Messages).Status);
        Assert.Empty(told.SettledGroups);
    }

    private static Alert Alert(AlertStatus status) => new()
    {
        RunId = RunId.Parse("run-a"),
        Code = "ingest_stale",
        Severity = EscalationSeverity.Warning,
        Status = status,
        Number = 1,
        Detail = "quiet",
        Since = Now,
        SeenAt = Now,
    };

    private static DeliveryPlan Plan(IReadOnlyList<Alert> alerts, IReadOnlyList<AlertGroup>? groups = null, IReadOnlyList<Silence>? silences = null, DateTimeOffset? now = null) =>
        DeliveryPlanner.Plan(new AlertBoard(alerts, groups ?? [], [], silences ?? []), Nobody, static _ => ["a"], Rules, now ?? Now);
}
