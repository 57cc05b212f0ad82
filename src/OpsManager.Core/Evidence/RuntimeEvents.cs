namespace OpsManager.Core.Evidence;

/// <summary>Names of the runtime's events that carry a meaning for a decision.</summary>
internal static class RuntimeEvents
{
    public const string LoopStart = "loop_start";
    public const string LoopComplete = "loop_complete";
    public const string LoopStop = "loop_stop";
    public const string IterationStart = "iteration_start";
    public const string IterationEnd = "iteration_end";
    public const string RoleStart = "role_start";
    public const string RoleEnd = "role_end";
    public const string RoleTimeout = "role_timeout";
    public const string RateLimitStop = "rate_limit_stop";
    public const string NoProgressStop = "no_progress_stop";
    public const string UsageLimitBlocked = "usage_limit_blocked";
    public const string DelegationFailRole = "delegation_fail_role";
    public const string ApprovalRequested = "approval_requested";
    public const string ApprovalDecision = "approval_decision";
    public const string ApprovalWait = "approval_wait";
    public const string ApprovalConsumed = "approval_consumed";
    public const string ApprovalRejected = "approval_rejected";
}
