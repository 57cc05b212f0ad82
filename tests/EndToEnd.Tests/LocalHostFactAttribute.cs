namespace EndToEnd.Tests;

/// <summary>A test that kills the host or needs its delivery in less than a second: it runs against LocalHost only.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LocalHostFactAttribute : FactAttribute
{
    public LocalHostFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("OPS_BASE_URL") is { Length: > 0 })
        {
            Skip = "Kills the host; runs against LocalHost only.";
        }
    }
}
