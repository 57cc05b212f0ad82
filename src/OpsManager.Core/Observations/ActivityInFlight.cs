namespace OpsManager.Core.Observations;

/// <summary>What the runtime is doing at this moment, as an adapter that looks at its processes sees it.</summary>
/// <param name="Kind">One of <c>role tests gates rate_limit_wait usage_wait</c>.</param>
/// <param name="Role">Role in flight.</param>
/// <param name="Since">Since when, on the sprite's clock.</param>
/// <param name="Until">Until when at the latest, on the sprite's clock.</param>
public sealed record ActivityInFlight(string Kind, string? Role, DateTimeOffset? Since, DateTimeOffset? Until)
{
    /// <summary>Size of the log of the role in flight; null when the adapter does not say.</summary>
    public long? OutputBytes { get; init; }
}
