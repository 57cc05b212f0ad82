using OpsManager.Core.Evidence;
using OpsManager.Core.Observations;

namespace OpsManager.Core.Verdicts;

/// <summary>
/// Tells where the candidate stands, from the log first and approval.json where the log is silent: the runtime ignores it when a
/// line cannot be appended, and a line may be unreadable.
/// </summary>
public static class ApprovalReading
{
    /// <summary>Where the run's candidate stands.</summary>
    public static ApprovalStanding Read(RunEvidence evidence, ApprovalFileFacts? file)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return evidence.Approval switch
        {
            { Consumed: false, Decision: { } decision } => Standing(decision),
            { Consumed: false } asked => file is not null && Matches(asked, file) ? Standing(file.Status) : ApprovalStanding.Pending,
            var earlier when file is not null && IsNewer(evidence, earlier, file) => Standing(file.Status),
            _ => ApprovalStanding.None,
        };
    }

    private static bool Matches(ApprovalEvidence asked, ApprovalFileFacts file) =>
        (asked.RuntimeRunId is null || asked.RuntimeRunId == file.RuntimeRunId)
        && (asked.Iteration is null || asked.Iteration == file.Iteration);

    // A file of a run before this one says nothing about it, unless the loop was put back to where that run left it.
    private static bool IsNewer(RunEvidence evidence, ApprovalEvidence? earlier, ApprovalFileFacts file) =>
        file.RuntimeRunId is not null
        && (evidence.InOlderRun || evidence.Attempts.Any(attempt => attempt.RuntimeRunId == file.RuntimeRunId))
        && (earlier is null || earlier.RuntimeRunId != file.RuntimeRunId || earlier.Iteration != file.Iteration);

    private static ApprovalStanding Standing(string status) => status switch
    {
        "approved" => ApprovalStanding.Approved,
        "rejected" => ApprovalStanding.Rejected,
        _ => ApprovalStanding.Pending,
    };
}
