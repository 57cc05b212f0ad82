using System.Text;
using OpsManager.Core.Alerts;
using OpsManager.Core.Escalations;
using OpsManager.Core.Runs;
using OpsManager.Notifications.Configuration;
using OpsManager.Notifications.Routing;
using OpsManager.Notifications.Tests.Support;

namespace OpsManager.Notifications.Tests.Routing;

public sealed class RouterTests
{
    private const string Sinks = """
        "sinks": [
          { "name": "hook", "type": "webhook", "url": "https://hook.example.org", "signingSecret": "s" },
          { "name": "chat", "type": "slack", "urlSecret": "s" },
          { "name": "pager", "type": "pagerduty", "routingKeySecret": "s" }
        ]
        """;

    [Theory]
    [InlineData(EscalationSeverity.Info, "")]
    [InlineData(EscalationSeverity.Warning, "chat")]
    [InlineData(EscalationSeverity.Critical, "chat")]
    public void What_no_route_matches_goes_to_the_defaults_from_a_warning_on(EscalationSeverity severity, string sinks) =>
        Assert.Equal(sinks, Route("""[ { "match": { "workspaces": ["other"] }, "sinks": ["pager"] } ]""", Alert with { Severity = severity }));

    [Theory]
    [InlineData("""{ "categories": ["transport"] }""", true)]
    [InlineData("""{ "categories": ["policy", "transport"] }""", true)]
    [InlineData("""{ "categories": ["policy"] }""", false)]
    [InlineData("""{ "severities": ["critical"] }""", true)]
    [InlineData("""{ "severities": ["info"] }""", false)]
    [InlineData("""{ "reasonCodes": ["transport_timeout"] }""", true)]
    [InlineData("""{ "reasonCodes": ["clock_skew"] }""", false)]
    [InlineData("""{ "workspaces": ["shop"] }""", true)]
    [InlineData("""{ "workspaces": ["Shop"] }""", false)]
    [InlineData("""{ "labels": ["team"] }""", true)]
    [InlineData("""{ "labels": ["team=payments"] }""", true)]
    [InlineData("""{ "labels": ["team=search"] }""", false)]
    [InlineData("""{ "categories": ["transport"], "labels": ["team=search"] }""", false)]
    [InlineData("{}", true)]
    public void A_route_matches_if_every_kind_of_condition_does(string match, bool matches) =>
        Assert.Equal(matches ? "pager" : "chat", Route($$"""[ { "match": {{match}}, "sinks": ["pager"] } ]""", Alert));

    [Fact]
    public void The_first_match_decides_unless_it_says_go_on()
    {
        Assert.Equal("pager", Route("""[ { "sinks": ["pager"] }, { "sinks": ["hook"] } ]""", Alert));
        Assert.Equal("hook,pager", Route("""[ { "sinks": ["pager"], "continue": true }, { "sinks": ["hook"] }, { "sinks": ["chat"] } ]""", Alert));
    }

    [Fact]
    public void A_route_may_drop_what_matches_or_what_is_not_urgent()
    {
        Assert.Equal("", Route("""[ { "sinks": [] } ]""", Alert));
        Assert.Equal("", Route("""[ { "minimumSeverity": "critical", "sinks": ["pager"] } ]""", Alert with { Severity = EscalationSeverity.Warning }));
    }

    private static Alert Alert { get; } = new()
    {
        RunId = RunId.Parse("run-a"),
        Code = "transport_timeout",
        Severity = EscalationSeverity.Critical,
        Status = AlertStatus.Open,
        Detail = "x",
        Since = SampleMessages.At,
        SeenAt = SampleMessages.At,
        Workspace = "shop",
        Labels = [new RunLabel("team", "payments")],
    };

    private static string Route(string routes, Alert alert)
    {
        var (configuration, errors) = ConfigurationReader.Read(Encoding.UTF8.GetBytes($$"""{ {{Sinks}}, "routes": {{routes}}, "defaults": { "sinks": ["chat"] } }"""));
        Assert.Empty(errors);
        return string.Join(',', new Router(configuration!).Route(alert));
    }
}
