namespace OpsManager.Core.Policies;

/// <summary>The action of each policy that may have one. Transport has none: nobody ends a run because it cannot be reached.</summary>
public sealed record PolicyActions
{
    /// <summary>Nothing is done by itself.</summary>
    public static PolicyActions EscalateOnly { get; } = new();

    /// <summary>When no runtime process begins in time.</summary>
    public PolicyAction StartDeadline { get; init; }

    /// <summary>When the run was at work for too long.</summary>
    public PolicyAction MaxActiveDuration { get; init; }

    /// <summary>When a candidate was not decided on in time.</summary>
    public PolicyAction ApprovalDeadline { get; init; }

    /// <summary>When the silence is critical.</summary>
    public PolicyAction Stall { get; init; }

    /// <summary>When the run goes in circles critically long.</summary>
    public PolicyAction Stuck { get; init; }
}
