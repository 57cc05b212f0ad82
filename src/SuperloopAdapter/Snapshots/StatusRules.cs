using OpsManager.Contract;

namespace SuperloopAdapter.Snapshots;

/// <summary>
/// <c>run.status</c>, concluded from the newest run in the log first, the process second, the state files last: state.json
/// and active-run.json are one per repository, and are left behind by a run that did not end in order.
/// </summary>
internal static class StatusRules
{
    public static string Of(RunEvidence evidence, int? exitCode = null)
    {
        if (evidence.HasPendingApproval)
        {
            return LoopRunStatus.AwaitingApproval;
        }

        var run = evidence.Log.Facts.Run;
        var terminal = run?.Terminal;
        if (terminal is not null && !IsStartingAgain(evidence, terminal.Timestamp))
        {
            return terminal.Name switch
            {
                "loop_complete" => LoopRunStatus.Complete,
                "loop_stop" or "no_progress_stop" or "rate_limit_stop" => LoopRunStatus.Stopped,
                _ => LoopRunStatus.Failed,
            };
        }

        if (evidence.Leader == LeaderEvidence.Alive)
        {
            return LoopRunStatus.Running;
        }

        // A decision nobody has consumed: v1 has no word for it, and the loop does nothing until someone runs it.
        if (evidence.ApprovalStatus is "approved" or "rejected")
        {
            return LoopRunStatus.Idle;
        }

        if (evidence.Leader == LeaderEvidence.Unknown)
        {
            return evidence.StateSaysActive ? LoopRunStatus.Running : WithoutProcess(evidence, exitCode);
        }

        // Files of a run that is under way, and no process: it died without the runtime noticing.
        if (evidence.StateSaysActive || evidence.RecordedPid is not null)
        {
            return FromExit(exitCode) ?? LoopRunStatus.Failed;
        }

        return WithoutProcess(evidence, exitCode);
    }

    private static string WithoutProcess(RunEvidence evidence, int? exitCode)
    {
        if (FromExit(exitCode) is { } known)
        {
            return known;
        }

        var last = evidence.Log.Facts.Run?.Last;
        return last switch
        {
            // Artifacts caught half written may say otherwise in a moment.
            _ when evidence.State.Unreadable is not null || evidence.ActiveRun.Unreadable is not null => LoopRunStatus.Unknown,
            null => evidence.Log.LineCount == 0 ? LoopRunStatus.Idle : LoopRunStatus.Unknown,
            { Name: "usage_limit_blocked" } => LoopRunStatus.Stopped,
            { Status: "error" or "timeout" or "blocked" or "rate_limited" } => LoopRunStatus.Failed,
            _ => LoopRunStatus.Unknown,
        };
    }

    private static string? FromExit(int? exitCode) => exitCode switch
    {
        null or 0 => null,
        143 => LoopRunStatus.Stopped,
        _ => LoopRunStatus.Failed,
    };

    /// <summary>
    /// A new run announces itself in active-run.json seconds before its first event: a leader that is recorded there after
    /// the last end is not the one that ended.
    /// </summary>
    private static bool IsStartingAgain(RunEvidence evidence, string endedAt) =>
        evidence.IsLaunchUnlogged
        || (evidence.Leader == LeaderEvidence.Alive
        && evidence.ActiveRunIsOurs
        && Timestamps.Parse(evidence.ActiveRun.Value.Text("updated_at")) is { } recorded
        && Timestamps.Parse(endedAt) is { } ended
        && recorded > ended);
}
