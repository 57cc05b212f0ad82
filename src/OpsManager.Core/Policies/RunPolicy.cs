namespace OpsManager.Core.Policies;

/// <summary>
/// The thresholds of one run. A stored document: a member that came later has the default that its absence meant. Every member
/// is listed in <see cref="PolicyFields"/>, with its bounds.
/// </summary>
public sealed record RunPolicy
{
    /// <summary>How long a run may go without a runtime process, from its acceptance or from a decision to be taken up.</summary>
    public required TimeSpan StartDeadline { get; init; }

    /// <summary>How long a run may be at work in all; pauses, decisions awaited and recognised waits do not count. Null for no limit.</summary>
    public TimeSpan? MaxActiveDuration { get; init; }

    /// <summary>Age of the last sign of progress at which health is degraded.</summary>
    public required TimeSpan StallDegraded { get; init; }

    /// <summary>Age of the last sign of progress at which health is critical.</summary>
    public required TimeSpan StallCritical { get; init; }

    /// <summary>Iterations in a row without a change at which health is degraded; null if that is not judged.</summary>
    public int? StuckDegraded { get; init; }

    /// <summary>Iterations in a row without a change at which health is critical; null if that is not judged.</summary>
    public int? StuckCritical { get; init; }

    /// <summary>Failed polls in a row at which health is degraded.</summary>
    public required int TransportDegradedStreak { get; init; }

    /// <summary>Failed polls in a row at which health is critical.</summary>
    public required int TransportCriticalStreak { get; init; }

    /// <summary>How long polls must have failed before health says so, whatever the streak.</summary>
    public required TimeSpan TransportMinimum { get; init; }

    /// <summary>Age of an undecided candidate at which a person is reminded.</summary>
    public required TimeSpan ApprovalReminder { get; init; }

    /// <summary>How long a candidate may wait for a decision; null for no limit.</summary>
    public TimeSpan? ApprovalDeadline { get; init; }

    /// <summary>How long the end of a run may wait for proof that its processes are gone.</summary>
    public required TimeSpan EndSettle { get; init; }

    /// <summary>Skew of the sprite's clock that is worth a reason code.</summary>
    public required TimeSpan ClockSkewLimit { get; init; }

    /// <summary>Age of the runtime's heartbeat or of the adapter's beat, where there is one, at which health is degraded.</summary>
    public TimeSpan HeartbeatDegraded { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Age of the runtime's heartbeat or of the adapter's beat, where there is one, at which health is critical.</summary>
    public TimeSpan HeartbeatCritical { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>How long an intent may wait for the adapter to take it.</summary>
    public TimeSpan DeliveryDeadline { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the effect of an intent may take once the adapter took it; a pause has the time of the role in flight instead.</summary>
    public TimeSpan ConfirmTimeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>How long after a cancel was sent the run may be killed.</summary>
    public TimeSpan CancelGrace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What the manager does by itself when a policy is broken.</summary>
    public PolicyActions Actions { get; init; } = PolicyActions.EscalateOnly;

    /// <summary>Until when escalations of the run are recorded but not sent; null when they are sent.</summary>
    public DateTimeOffset? MuteUntil { get; init; }

    /// <summary>How often the adapter is asked.</summary>
    public required PollIntervals Poll { get; init; }
}
