namespace OpsManager.Core.Policies;

/// <summary>Reason codes of broken policies. Public and stored.</summary>
public static class PolicyCodes
{
    /// <summary>No runtime process in time.</summary>
    public const string StartDeadline = "start_deadline_exceeded";

    /// <summary>A decision was not taken up in time.</summary>
    public const string RelaunchDeadline = "relaunch_deadline_exceeded";

    /// <summary>At work for too long.</summary>
    public const string MaxActiveDuration = "max_active_duration_exceeded";

    /// <summary>A candidate has been waiting for some time.</summary>
    public const string ApprovalReminder = "approval_reminder";

    /// <summary>A candidate was not decided on in time.</summary>
    public const string ApprovalDeadline = "approval_deadline_exceeded";

    /// <summary>The leader is stopped and what it started has not ended in time.</summary>
    public const string PauseUnfinished = "pause_unfinished";
}
