using System.Reflection;
using System.Text.Json;
using OpsManager.Core.Divergence;
using OpsManager.Core.Escalations;
using OpsManager.Core.Health;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using OpsManager.Core.Reasons;
using OpsManager.Core.Tests.Support;

namespace OpsManager.Core.Tests.Reasons;

public sealed class ReasonCatalogueTests
{
    [Theory]
    [InlineData(typeof(HealthCodes))]
    [InlineData(typeof(PolicyCodes))]
    [InlineData(typeof(IntentCodes))]
    [InlineData(typeof(EndReasons))]
    public void Every_code_that_the_code_names_is_explained(Type codes)
    {
        var unexplained = codes.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(static field => field.IsLiteral)
            .Select(static field => (string)field.GetRawConstantValue()!)
            .Where(static code => ReasonCatalogue.Find(code) is null);
        Assert.Empty(unexplained);
    }

    [Fact]
    public void Every_contradiction_and_every_state_is_explained()
    {
        var codes = DivergenceRules.All.Select(static rule => rule.Code)
            .Concat(Enum.GetValues<LifecycleState>().Select(static state => JsonSerializer.Serialize(state).Trim('"')));
        Assert.DoesNotContain(codes, static code => ReasonCatalogue.Find(code) is null);
    }

    // Every story checks the same of what its decisions raise; this is raised by the watchdog.
    [Fact]
    public void An_engine_that_is_replaced_again_and_again_is_as_urgent_as_it_is_said_to_be()
    {
        var run = Enumerable.Range(0, EngineReplacements.TooMany).Aggregate(new Story().Run, static (replaced, minute) => EngineReplacements.Noted(replaced, Story.Beginning.AddMinutes(minute)));

        var condition = EngineReplacements.Holding(run, Story.Beginning.AddMinutes(EngineReplacements.TooMany))!;

        Catalogued.Check(condition.Code, condition.Severity);
    }

    [Fact]
    public void Each_is_two_plain_sentences() => Assert.All(ReasonCatalogue.All, static reason =>
    {
        Assert.Matches("^[A-Za-z][A-Za-z_]*$", reason.Code);
        Assert.All([reason.Meaning, reason.Next], static text =>
        {
            Assert.EndsWith(".", text, StringComparison.Ordinal);
            Assert.InRange(text.Length, 10, 200);
            Assert.DoesNotContain('\n', text);
            Assert.DoesNotContain('|', text);
        });
    });
}
