namespace OpsManager.Core.Policies;

/// <summary>Who may set a member of a policy.</summary>
public enum PolicyFieldScope
{
    /// <summary>A profile, and a run for itself.</summary>
    Both,

    /// <summary>A profile only.</summary>
    Profile,

    /// <summary>A run only.</summary>
    Run,
}
