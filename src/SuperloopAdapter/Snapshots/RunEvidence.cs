using System.Text.Json;
using SuperloopAdapter.Artifacts;
using SuperloopAdapter.Log;

namespace SuperloopAdapter.Snapshots;

/// <summary>Everything the status of a loop is concluded from, read in one go.</summary>
internal sealed record RunEvidence(
    string LoopId, LogView Log, ArtifactReading State, ArtifactReading ActiveRun, ArtifactReading Approval, LeaderEvidence Leader)
{
    /// <summary>A process of ours lives and has not logged its start yet: what the log ends with is of an earlier run.</summary>
    public bool IsLaunchUnlogged { get; init; }

    /// <summary>active-run.json speaks of one loop of the repository; true when it is this one.</summary>
    public bool ActiveRunIsOurs => ActiveRun.Value.Text("loop_id") == LoopId;

    /// <summary>state.json speaks of one loop of the repository; true when it is this one.</summary>
    public bool StateIsOurs => State.Value.Text("current_loop_id") == LoopId;

    public bool StateSaysActive => StateIsOurs && State.Value.Flag("active") == true;

    /// <summary>
    /// An approval file caught half written is still known to be there; that it is pending is then concluded from the log.
    /// </summary>
    public bool HasPendingApproval => Approval.Unreadable is not null
        ? Log.Facts.Last?.Name is "approval_requested" or "approval_wait"
        : ApprovalStatus == "pending";

    public string? ApprovalStatus => Approval.Value.Text("status");

    public long? RecordedPid => ActiveRunIsOurs ? ActiveRun.Value.Integer("pid") : null;

    public long? RecordedGroup => ActiveRunIsOurs ? ActiveRun.Value.Integer("pgid") : null;
}
