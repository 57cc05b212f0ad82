using OpsManager.Core.Policies;

namespace OpsFunctions.Api;

/// <summary>The members of a policy that a run sets for itself. Durations are <c>hh:mm:ss</c> or <c>d.hh:mm:ss</c>.</summary>
public record PolicyOverrides
{
    /// <summary>How long a run may go without a runtime process.</summary>
    public TimeSpan? StartDeadline { get; init; }

    /// <summary>How long a run may be at work in all; pauses, decisions awaited and recognised waits do not count.</summary>
    public TimeSpan? MaxActiveDuration { get; init; }

    /// <summary>Age of the last sign of progress at which health is degraded.</summary>
    public TimeSpan? StallDegraded { get; init; }

    /// <summary>Age of the last sign of progress at which health is critical; not less than <c>stallDegraded</c>.</summary>
    public TimeSpan? StallCritical { get; init; }

    /// <summary>Iterations in a row without a change at which health is degraded.</summary>
    public int? StuckDegraded { get; init; }

    /// <summary>Iterations in a row without a change at which health is critical; not less than <c>stuckDegraded</c>.</summary>
    public int? StuckCritical { get; init; }

    /// <summary>Failed polls in a row at which health is degraded.</summary>
    public int? TransportDegradedStreak { get; init; }

    /// <summary>Failed polls in a row at which health is critical; not less than <c>transportDegradedStreak</c>.</summary>
    public int? TransportCriticalStreak { get; init; }

    /// <summary>How long polls must have failed before health says so, whatever the streak.</summary>
    public TimeSpan? TransportMinimum { get; init; }

    /// <summary>Age of the heartbeat at which health is degraded.</summary>
    public TimeSpan? HeartbeatDegraded { get; init; }

    /// <summary>Age of the heartbeat at which health is critical; not less than <c>heartbeatDegraded</c>.</summary>
    public TimeSpan? HeartbeatCritical { get; init; }

    /// <summary>Age of an undecided candidate at which a person is reminded.</summary>
    public TimeSpan? ApprovalReminder { get; init; }

    /// <summary>How long a candidate may wait for a decision.</summary>
    public TimeSpan? ApprovalDeadline { get; init; }

    /// <summary>How long an intent may wait for the adapter to take it.</summary>
    public TimeSpan? DeliveryDeadline { get; init; }

    /// <summary>How long the effect of an intent may take once the adapter took it.</summary>
    public TimeSpan? ConfirmTimeout { get; init; }

    /// <summary>How long after a cancel was sent the run may be killed.</summary>
    public TimeSpan? CancelGrace { get; init; }

    /// <summary>How long the end of a run may wait for proof that its processes are gone.</summary>
    public TimeSpan? EndSettle { get; init; }

    /// <summary>Skew of the sprite's clock that is worth a reason code.</summary>
    public TimeSpan? ClockSkewLimit { get; init; }

    /// <summary>What the manager does by itself when a policy is broken.</summary>
    public PolicyActionOverrides? Actions { get; init; }
}
