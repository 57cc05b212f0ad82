namespace OpsManager.Notifications.Sinks;

/// <summary>What became of a message. A closed set.</summary>
public abstract record SinkResult
{
    private SinkResult()
    {
    }

    /// <summary>The sink took it.</summary>
    public sealed record Delivered : SinkResult;

    /// <summary>It may succeed later; whether the sink has it is not known.</summary>
    /// <param name="Code">Stable code.</param>
    /// <param name="Detail">In words, without secrets.</param>
    /// <param name="RetryAfter">What the sink asked for.</param>
    public sealed record Failed(string Code, string Detail, TimeSpan? RetryAfter) : SinkResult;

    /// <summary>The sink does not want it, now or later.</summary>
    /// <param name="Code">Stable code.</param>
    /// <param name="Detail">In words, without secrets.</param>
    public sealed record Refused(string Code, string Detail) : SinkResult;
}
