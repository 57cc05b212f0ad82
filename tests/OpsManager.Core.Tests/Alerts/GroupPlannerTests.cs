using OpsManager.Core.Alerts;
using OpsManager.Core.Escalations;
using OpsManager.Core.Runs;

namespace OpsManager.Core.Tests.Alerts;

public sealed class GroupPlannerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 0, 2)]
    [InlineData(3, 1, 0)]
    [InlineData(200, 1, 0)]
    public void From_three_runs_on_they_are_one_and_two_wait_for_a_third(int runs, int groups, int waiting)
    {
        var plan = Plan(Runs(runs));

        Assert.Equal((groups, waiting), (plan.NewGroups.Count, plan.Waiting.Count));
        Assert.Equal(groups * runs, plan.Joins.Count);
    }

    [Fact]
    public void Who_waited_in_vain_is_alone() => Assert.Empty(Plan(Runs(2), now: Now.AddSeconds(30)).Waiting);

    [Fact]
    public void Other_causes_and_other_sinks_are_other_groups()
    {
        Alert[] alerts = [.. Runs(3), .. Runs(3).Select(alert => alert with { Code = "clock_skew" }), .. Runs(6).Skip(3).Select(alert => alert with { Workspace = "shop" })];

        var plan = Plan(alerts);

        Assert.Equal(3, plan.NewGroups.Count);
        Assert.Equal(3, plan.NewGroups.Select(group => group.Id).Distinct().Count());
        Assert.All(plan.NewGroups, group => Assert.Equal(3, plan.Joins.Count(join => join.Group == group.Id)));
    }

    [Fact]
    public void Those_told_just_before_count_but_stay_on_their_own()
    {
        var told = Runs(2).Select(alert => alert with { Deliveries = [new SinkDelivery { Sink = "a", Told = AlertStatus.Open, ToldSeverity = EscalationSeverity.Warning, RaisedAt = Now.AddMinutes(-1) }] });
        Alert[] alerts = [.. told, Runs(3)[2]];

        Assert.Single(Plan(alerts).Waiting);
        var plan = Plan(alerts, now: Now.AddSeconds(30));

        Assert.Equal(2, Assert.Single(plan.NewGroups).ToldBefore);
        Assert.Equal("run-3:ingest_stale", Assert.Single(plan.Joins).Key);
    }

    [Fact]
    public void A_later_one_joins_an_open_group_while_it_is_young()
    {
        var group = new AlertGroup { Id = "g", Code = "ingest_stale", Sinks = ["a"], OpenedAt = Now, JoinedAt = Now };
        Alert[] alerts = [.. Runs(3).Select(alert => alert with { Group = "g" }), Runs(4)[3]];

        Assert.Equal([("run-4:ingest_stale", "g")], Plan(alerts, [group], Now.AddMinutes(5)).Joins);
        Assert.Empty(Plan(alerts, [group], Now.AddMinutes(6)).Joins);
        Assert.Empty(Plan([.. alerts.Select(alert => alert.Group is null ? alert : alert with { Status = AlertStatus.Resolved })], [group], Now.AddSeconds(1)).Joins);
    }

    [Fact]
    public void What_is_held_or_over_or_taken_care_of_joins_nothing()
    {
        var silence = new Silence { Id = "s", Author = "ann", Comment = "x", CreatedAt = Now, ExpiresAt = Now.AddHours(1), ReasonCode = "ingest_stale" };

        Assert.Empty(GroupPlanner.Plan(new AlertBoard(Runs(5), [], [], [silence]), Route, new DeliveryRules(), Now).Joins);
        Assert.Empty(Plan([.. Runs(5).Select(alert => alert with { Status = AlertStatus.Resolved })]).Joins);
        Assert.Empty(Plan([.. Runs(5).Select(alert => alert with { Status = AlertStatus.Acknowledged })]).Joins);
    }

    private static Alert[] Runs(int count) => [.. Enumerable.Range(1, count).Select(i => new Alert
    {
        RunId = RunId.Parse($"run-{i}"),
        Code = "ingest_stale",
        Severity = EscalationSeverity.Warning,
        Status = AlertStatus.Open,
        Number = 1,
        Detail = "quiet",
        Since = Now,
        SeenAt = Now,
    })];

    private static IReadOnlyList<string> Route(Alert alert) => alert.Workspace is null ? ["a"] : ["a", "b"];

    private static GroupPlan Plan(IReadOnlyList<Alert> alerts, IReadOnlyList<AlertGroup>? groups = null, DateTimeOffset? now = null) =>
        GroupPlanner.Plan(new AlertBoard(alerts, groups ?? [], [], []), Route, new DeliveryRules(), now ?? Now);
}
