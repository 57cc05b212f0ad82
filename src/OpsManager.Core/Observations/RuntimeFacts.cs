using OpsManager.Core.Health;

namespace OpsManager.Core.Observations;

/// <summary>The runtime's files as the snapshot shows them. The files are per repository unless said otherwise.</summary>
public sealed record RuntimeFacts
{
    /// <summary>The adapter's own <c>run.status</c>. Shown, never decided on.</summary>
    public string? ReportedStatus { get; init; }

    /// <summary>state.json; null when absent.</summary>
    public StateFileFacts? State { get; init; }

    /// <summary>Whether state.json was there but could not be read (caught half-written).</summary>
    public bool StateUnreadable { get; init; }

    /// <summary>active-run.json; null when absent.</summary>
    public ActiveRunFacts? ActiveRun { get; init; }

    /// <summary>Whether active-run.json was there but could not be read.</summary>
    public bool ActiveRunUnreadable { get; init; }

    /// <summary>approval.json of the loop; null when absent.</summary>
    public ApprovalFileFacts? Approval { get; init; }

    /// <summary>The last summary entry of the loop; null when there is none.</summary>
    public SummaryFacts? Summary { get; init; }

    /// <summary>The leader process; null when the adapter does not know.</summary>
    public LeaderFacts? Leader { get; init; }

    /// <summary>How the last process ended; null when nobody recorded it.</summary>
    public ExitRecord? Exit { get; init; }

    /// <summary>Heartbeat of the runtime, on the sprite's clock; null when there is none.</summary>
    public DateTimeOffset? HeartbeatAt { get; init; }

    /// <summary>Beat of what watches beside the adapter's service, on the sprite's clock; null when there is none.</summary>
    public DateTimeOffset? AdapterBeatAt { get; init; }

    /// <summary>Whether approval.json was there but could not be read.</summary>
    public bool ApprovalUnreadable { get; init; }

    /// <summary>What the runtime is doing; null when the adapter does not know.</summary>
    public ActivityInFlight? Activity { get; init; }

    /// <summary>What the adapter remembers of control; null when it says nothing.</summary>
    public ControlFactsSeen? Control { get; init; }

    /// <summary>The launch the adapter last made; null when it made none.</summary>
    public LaunchRecord? Launch { get; init; }

    /// <summary>Why the process may be looked at and not be touched, in words; null where it may, or nobody says so.</summary>
    public string? ObserveOnly { get; init; }

    /// <summary>The repair that the runtime proposed and that waits for a person, in words; null when there is none.</summary>
    public string? PendingRecovery { get; init; }

    /// <summary>What the work looks like; null when the adapter does not know.</summary>
    public ProgressMark? Progress { get; init; }
}
