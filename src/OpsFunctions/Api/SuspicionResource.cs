using OpsManager.Core.Escalations;

namespace OpsFunctions.Api;

/// <summary>The manager's suspicion of itself: more than half of its live runs cannot be polled at once.</summary>
public sealed record SuspicionResource
{
    /// <summary><c>fleet_unreachable</c>.</summary>
    public required string Code { get; init; }

    /// <summary>How urgent it is.</summary>
    public required EscalationSeverity Severity { get; init; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>How often it was raised: one that comes back within 15 minutes is the same one.</summary>
    public required int Count { get; init; }

    /// <summary>What was seen when it was raised.</summary>
    public required string Detail { get; init; }
}
