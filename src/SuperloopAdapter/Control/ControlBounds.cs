namespace SuperloopAdapter.Control;

/// <summary>How long each step of a control call may take. Together they stay below what a caller waits for.</summary>
internal sealed record ControlBounds
{
    /// <summary>For an earlier call of the loop to be done.</summary>
    public TimeSpan Queue { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>For a start under way to have its process.</summary>
    public TimeSpan Start { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>For the leader to stop or to go on.</summary>
    public TimeSpan Stop { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Between the request to end and the killing of what has not.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>For killed processes to be gone.</summary>
    public TimeSpan Kill { get; init; } = TimeSpan.FromSeconds(3);
}
