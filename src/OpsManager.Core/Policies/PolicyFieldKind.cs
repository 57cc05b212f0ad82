namespace OpsManager.Core.Policies;

/// <summary>What a member of a policy holds.</summary>
public enum PolicyFieldKind
{
    /// <summary>A length of time.</summary>
    Duration,

    /// <summary>A whole number.</summary>
    Count,

    /// <summary>A <see cref="PolicyAction"/>.</summary>
    Action,

    /// <summary>A point in time.</summary>
    Time,
}
