namespace OpsManager.Core.Evidence;

/// <summary>A role at work.</summary>
/// <param name="Role">Its name.</param>
/// <param name="Since">When it started, on the sprite's clock.</param>
public sealed record RoleInFlight(string Role, DateTimeOffset? Since);
