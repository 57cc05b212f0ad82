using System.Reflection;
using OpsManager.Core.Escalations;
using OpsManager.Core.Reasons;
using OpsManager.Sprites.Adapter;

namespace OpsFunctions.Tests.Http;

/// <summary>Codes that other layers raise stand in Core's catalogue too.</summary>
public sealed class ReasonTests
{
    [Fact]
    public void Every_failure_of_an_adapter_call_is_explained() => Assert.All(
        typeof(AdapterFailureCodes).GetFields(BindingFlags.Public | BindingFlags.Static).Select(static field => (string)field.GetRawConstantValue()!),
        static code => Assert.NotNull(ReasonCatalogue.Find(code)));

    [Fact]
    public void What_the_watchdog_escalates_is_explained() => Assert.NotNull(ReasonCatalogue.Find(EngineSuspension.Code));
}
