namespace OpsManager.Core.Verdicts;

/// <summary>Where the run's candidate stands.</summary>
public enum ApprovalStanding
{
    /// <summary>There is none, or its decision was taken up.</summary>
    None,

    /// <summary>It awaits a decision.</summary>
    Pending,

    /// <summary>Approved, not yet taken up.</summary>
    Approved,

    /// <summary>Rejected, not yet taken up.</summary>
    Rejected,
}
