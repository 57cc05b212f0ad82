namespace OpsManager.Storage.Configuration;

/// <summary>How runs share sprites.</summary>
public static class IsolationPolicies
{
    /// <summary>A sprite has one run at a time, until it is proven that nothing of it lives. The default.</summary>
    public const string OneRunPerSprite = "one_run_per_sprite";

    /// <summary>Runs may share a sprite; nothing is claimed.</summary>
    public const string Shared = "shared";
}
