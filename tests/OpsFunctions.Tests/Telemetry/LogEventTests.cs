using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using OpsFunctions.Composition;
using OpsFunctions.Telemetry;
using OpsFunctions.Tests.Support;
using OpsManager.Core.Decisions;
using OpsManager.Core.Escalations;
using OpsManager.Core.Lifecycle;
using OpsManager.Testing;

namespace OpsFunctions.Tests.Telemetry;

public sealed partial class LogEventTests
{
    // Logged by the Durable engine of the Functions host.
    private const string EngineEvent = "PoisonMessageDetected";

    [Theory]
    [InlineData(LifecycleState.Failed, "RunFailed")]
    [InlineData(LifecycleState.Crashed, "RunCrashed")]
    [InlineData(LifecycleState.Lost, "RunLost")]
    [InlineData(LifecycleState.TimedOut, "RunTimedOut")]
    [InlineData(LifecycleState.Completed, "RunEnded")]
    [InlineData(LifecycleState.Cancelled, "RunEnded")]
    public void Every_end_is_logged_under_the_name_that_alerts_read(LifecycleState state, string name)
    {
        using var app = new AppFixture();
        var logger = new RecordingLogger<DecisionTelemetry>();
        var telemetry = new DecisionTelemetry(app.Get<RunMetrics>(), logger);
        var run = Samples.Run();
        var decision = new Decision(
            run with { Lifecycle = LifecycleStatus.Ended(state, Samples.Start, null, Quiescence.NotProven, null) },
            [new Transition { Number = 2, At = Samples.Start, From = LifecycleState.Running, To = state, Rule = "test", Evidence = "test", By = "manager" }],
            [new Effect.RaiseEscalation(1, "test", EscalationSeverity.Warning, "test")],
            Changed: true);

        telemetry.Stored(decision, repeated: false);
        telemetry.Stored(decision, repeated: true);

        Assert.Equal([name, "EscalationRaised", name, "EscalationRaised"], logger.Events);
        Assert.DoesNotContain(logger.Messages, static message => message.Contains("(null)", StringComparison.Ordinal));
    }

    [Fact]
    public void Alerts_read_only_events_that_are_emitted()
    {
        var emitted = typeof(OpsFunctionsComposition).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()?.EventName)
            .OfType<string>()
            .ToHashSet(StringComparer.Ordinal);
        var read = EventQuery().Matches(File.ReadAllText(RepositoryRoot.Combine("infra", "modules", "alerts.bicep")))
            .SelectMany(query => Quoted().Matches(query.Groups["names"].Value))
            .Select(name => name.Groups["name"].Value)
            .ToArray();

        Assert.Equal(7, read.Length);
        Assert.All(read.Where(name => name != EngineEvent), name => Assert.Contains(name, emitted));
    }

    [GeneratedRegex("""Properties\["EventName"\]\)\s*(==|in)\s*(?<names>[^\r\n]+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EventQuery();

    [GeneratedRegex("\"(?<name>[A-Za-z]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();
}
