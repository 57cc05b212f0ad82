using OpsManager.Core.Policies;

namespace OpsFunctions.Api;

/// <summary>The actions that a run sets for itself. Transport has none.</summary>
public sealed record PolicyActionOverrides
{
    /// <summary>When no runtime process begins in time.</summary>
    public PolicyAction? StartDeadline { get; init; }

    /// <summary>When the run was at work for too long.</summary>
    public PolicyAction? MaxActiveDuration { get; init; }

    /// <summary>When a candidate was not decided on in time.</summary>
    public PolicyAction? ApprovalDeadline { get; init; }

    /// <summary>When the silence is critical.</summary>
    public PolicyAction? Stall { get; init; }

    /// <summary>When the run goes in circles critically long.</summary>
    public PolicyAction? Stuck { get; init; }
}
