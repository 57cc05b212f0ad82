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
}
