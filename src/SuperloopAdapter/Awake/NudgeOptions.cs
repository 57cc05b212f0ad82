namespace SuperloopAdapter.Awake;

/// <summary>Where to say that there is something new.</summary>
/// <param name="Address">The manager's nudge address.</param>
/// <param name="Key">Sent in the header <c>x-functions-key</c>; null for none.</param>
internal sealed record NudgeOptions(Uri Address, string? Key)
{
    /// <summary>At most one call in this time, however much happens.</summary>
    public TimeSpan Debounce { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Pause after a first failure; doubled with each further one.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(2);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(2);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);
}
