using System.Reflection;
using System.Text.Json;
using OpsManager.Core.Divergence;
using OpsManager.Core.Health;
using OpsManager.Core.Intents;
using OpsManager.Core.Lifecycle;
using OpsManager.Core.Policies;
using OpsManager.Core.Reasons;

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
