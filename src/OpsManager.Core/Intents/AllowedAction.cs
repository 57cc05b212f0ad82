namespace OpsManager.Core.Intents;

/// <summary>Something that may be asked of a run, or why not.</summary>
/// <param name="Action">The verb.</param>
/// <param name="Allowed">Whether it is possible now.</param>
/// <param name="Reason">Stable code of why not; null when it is.</param>
/// <param name="Detail">The same in words; null when it is.</param>
/// <param name="AvailableAt">When it will be possible, where time alone decides; null otherwise.</param>
public sealed record AllowedAction(IntentVerb Action, bool Allowed, string? Reason = null, string? Detail = null, DateTimeOffset? AvailableAt = null);
