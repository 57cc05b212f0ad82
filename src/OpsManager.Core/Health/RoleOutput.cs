using OpsManager.Core.Observations;

namespace OpsManager.Core.Health;

/// <summary>
/// The growth of the log of the role at work, where the adapter tells it: a sign of progress between events. Noted at most three
/// times within the silence that is allowed, so that a chatty role does not change the run at every poll.
/// </summary>
/// <param name="Role">The role.</param>
/// <param name="Begun">When it began, on the sprite's clock.</param>
/// <param name="Bytes">Size of its log when it was noted.</param>
/// <param name="At">When it was noted, on the manager's clock.</param>
public sealed record RoleOutput(string? Role, DateTimeOffset? Begun, long Bytes, DateTimeOffset At)
{
    /// <summary>The growth as it now has to be noted.</summary>
    public static RoleOutput? Note(RoleOutput? known, ActivityInFlight? activity, TimeSpan allowedSilence, DateTimeOffset now) =>
        activity is not { OutputBytes: { } bytes } ? (activity is null ? null : known)
        : known is null || known.Role != activity.Role || known.Begun != activity.Since ? new RoleOutput(activity.Role, activity.Since, bytes, now)
        : bytes != known.Bytes && now - known.At >= allowedSilence / 3 ? known with { Bytes = bytes, At = now }
        : known;
}
