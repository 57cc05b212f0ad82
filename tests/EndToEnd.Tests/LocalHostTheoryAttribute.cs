namespace EndToEnd.Tests;

/// <summary>As <see cref="LocalHostFactAttribute"/>, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LocalHostTheoryAttribute : TheoryAttribute
{
    public LocalHostTheoryAttribute()
    {
        if (Environment.GetEnvironmentVariable("OPS_BASE_URL") is { Length: > 0 })
        {
            Skip = "Sets the host's test modes; runs against LocalHost only.";
        }
    }
}
