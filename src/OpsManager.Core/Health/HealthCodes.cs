namespace OpsManager.Core.Health;

/// <summary>Reason codes of health that speak of the runtime. Public and stored.</summary>
public static class HealthCodes
{
    /// <summary>No event for longer than is allowed.</summary>
    public const string IngestStale = "ingest_stale";

    /// <summary>The sprite's clock is off.</summary>
    public const string ClockSkew = "clock_skew";

    /// <summary>The runtime's heartbeat is old.</summary>
    public const string HeartbeatStale = "runtime_heartbeat_stale";

    /// <summary>What the runtime says contradicts itself.</summary>
    public const string Divergence = "divergence_detected";

    /// <summary>Iterations change nothing.</summary>
    public const string Circling = "circling";

    /// <summary>A wait: the runtime sits out a rate limit.</summary>
    public const string RateLimitWait = "rate_limit_wait";

    /// <summary>A wait: the runtime sits out a usage quota.</summary>
    public const string UsageLimitWait = "usage_limit_wait";

    /// <summary>A wait: a role is given longer than silence is otherwise allowed.</summary>
    public const string LongRole = "long_role";

    /// <summary>What is said about the runtime itself; every other reason is about reaching it and ends with the next observation.</summary>
    internal static IReadOnlyList<string> OfRuntime { get; } = [IngestStale, ClockSkew, HeartbeatStale, Divergence, Circling];
}
