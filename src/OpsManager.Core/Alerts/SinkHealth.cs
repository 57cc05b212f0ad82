namespace OpsManager.Core.Alerts;

/// <summary>How telling a sink goes. Stored.</summary>
public sealed record SinkHealth
{
    /// <summary>Name of the sink.</summary>
    public required string Sink { get; init; }

    /// <summary>When it last took a message; null if never.</summary>
    public DateTimeOffset? LastSuccessAt { get; init; }

    /// <summary>When it began to fail; null while it works.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>Failures in a row.</summary>
    public int Failures { get; init; }

    /// <summary>Code of the last failure; null while it works.</summary>
    public string? LastErrorCode { get; init; }

    /// <summary>The last failure in words, without secrets.</summary>
    public string? LastErrorDetail { get; init; }

    /// <summary>Nothing is sent to it before this.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>Health after a message was taken.</summary>
    public SinkHealth Succeeded(DateTimeOffset now) => new() { Sink = Sink, LastSuccessAt = now };

    /// <summary>Health after a failure.</summary>
    /// <param name="now">When.</param>
    /// <param name="code">Its code.</param>
    /// <param name="detail">In words, without secrets.</param>
    /// <param name="pause">How long to leave the sink alone; null lets the next message be tried at once.</param>
    public SinkHealth Failed(DateTimeOffset now, string code, string detail, TimeSpan? pause) => this with
    {
        FailingSince = FailingSince ?? now,
        Failures = Failures + 1,
        LastErrorCode = code,
        LastErrorDetail = detail,
        NextAttemptAt = pause is { } wait ? now + wait : null,
    };
}
