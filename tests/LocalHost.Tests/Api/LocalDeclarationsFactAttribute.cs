using Microsoft.DurableTask;

namespace LocalHost.Tests.Api;

/// <summary>A fact about LocalHost.FunctionsApi, which is not there where the packages are.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LocalDeclarationsFactAttribute : FactAttribute
{
    public LocalDeclarationsFactAttribute()
    {
        if (typeof(TaskOrchestrationContext).Assembly.GetName().Name != "LocalHost.FunctionsApi")
        {
            Skip = "The app is compiled against the packages themselves.";
        }
    }
}
