namespace OpsManager.Core.Runs;

/// <summary>One runtime process of a Loop Run. Events belong to it by line range, never by runtime run id.</summary>
public sealed record Attempt
{
    /// <summary>1, 2, ...</summary>
    public required int Number { get; init; }

    /// <summary>Why it exists.</summary>
    public required AttemptCause Cause { get; init; }

    /// <summary>Epoch of the log its first line stands in.</summary>
    public required int Epoch { get; init; }

    /// <summary>Lines of that epoch before its first one.</summary>
    public required long BaseLine { get; init; }

    /// <summary>The runtime's own id of it, once seen.</summary>
    public string? RuntimeRunId { get; init; }

    /// <summary>When its <c>loop_start</c> was logged, on the sprite's clock.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Exit code of its leader, where the launcher knows it.</summary>
    public int? ExitCode { get; init; }
}
