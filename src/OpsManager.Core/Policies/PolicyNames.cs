namespace OpsManager.Core.Policies;

/// <summary>Names of policies: in <c>policy:&lt;name&gt;</c> and in <c>timed_out(&lt;name&gt;)</c>. Public and stored.</summary>
public static class PolicyNames
{
    /// <summary>No runtime process in time.</summary>
    public const string StartDeadline = "start_deadline";

    /// <summary>At work for too long.</summary>
    public const string MaxActiveDuration = "max_active_duration";

    /// <summary>A candidate that nobody decided on for some time.</summary>
    public const string ApprovalReminder = "approval_reminder";

    /// <summary>A candidate that nobody decided on in time.</summary>
    public const string ApprovalDeadline = "approval_deadline";

    /// <summary>Silence.</summary>
    public const string Stall = "stall";

    /// <summary>Iterations without a change.</summary>
    public const string Stuck = "stuck";

    /// <summary>A leader that is stopped while what it started goes on and on.</summary>
    public const string PauseUnfinished = "pause_unfinished";
}
