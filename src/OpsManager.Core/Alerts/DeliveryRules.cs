namespace OpsManager.Core.Alerts;

/// <summary>Times and numbers that decide when something is told.</summary>
public sealed record DeliveryRules
{
    /// <summary>One alert is raised at a sink at most once in this time, unless it becomes more urgent.</summary>
    public TimeSpan RepeatAfter { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>From how many runs on one cause is told as one.</summary>
    public int GroupFrom { get; init; } = 3;

    /// <summary>How far apart the runs may be hit.</summary>
    public TimeSpan GroupWindow { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the second of a possible group waits for a third.</summary>
    public TimeSpan GroupWait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often a grouped alert that grows is told again at most.</summary>
    public TimeSpan GroupUpdate { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a sink is tried for one message.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromHours(24);

    /// <summary>The first pause after a failure; it doubles with each.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest pause after a failure.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>How long a sink is left alone after its n-th failure in a row.</summary>
    /// <param name="failures">Failures in a row, this one included.</param>
    /// <param name="asked">What the sink asked for.</param>
    public TimeSpan PauseAfter(int failures, TimeSpan? asked)
    {
        var pause = FirstPause * Math.Pow(2, Math.Clamp(failures - 1, 0, 16));
        pause = pause < LongestPause ? pause : LongestPause;

        // A sink that asks for days would be as good as gone; one that asks for less than our own pause is not pressed.
        return asked is { } wait && wait > pause ? (wait < TimeSpan.FromHours(1) ? wait : TimeSpan.FromHours(1)) : pause;
    }
}
