namespace OpsFunctions.Api;

/// <summary>Something an operator may ask for, or why not.</summary>
/// <param name="Action">The verb.</param>
/// <param name="Allowed">Whether it is possible now.</param>
/// <param name="Reason">Why not.</param>
/// <param name="AvailableAt">When it will be.</param>
public sealed record AllowedAction(string Action, bool Allowed, string? Reason, DateTimeOffset? AvailableAt);
