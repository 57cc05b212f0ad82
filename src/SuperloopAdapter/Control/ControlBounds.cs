namespace SuperloopAdapter.Control;

/// <summary>
/// How long each step of a control call may take. All together stay below the 15 s after which the manager gives a call up, with room for the reading
/// around them: an answer that comes later is one that nobody hears.
/// </summary>
internal sealed record ControlBounds
{
    /// <summary>All waits before the call begins, together: for an earlier call of the loop to be done, and for a start under way to have its process.</summary>
    public TimeSpan Begin { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>For the leader to stop or to go on.</summary>
    public TimeSpan Stop { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Between the request to end and the killing of what has not.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For killed processes to be gone.</summary>
    public TimeSpan Kill { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>For the supervisor of an ended run to write how it ended.</summary>
    public TimeSpan Record { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>What the waits of one call come to at most.</summary>
    public TimeSpan Longest => Begin + (Stop > Grace + Kill + Record ? Stop : Grace + Kill + Record);
}
