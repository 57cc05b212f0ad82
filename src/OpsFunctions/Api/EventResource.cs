namespace OpsFunctions.Api;

/// <summary>A stored event.</summary>
public sealed record EventResource
{
    /// <summary>The manager's own gap-free number within the run, from 1.</summary>
    public required long Sequence { get; init; }

    /// <summary>Cursor that goes on after this event.</summary>
    public required string Cursor { get; init; }

    /// <summary>Epoch of the log.</summary>
    public required int Epoch { get; init; }

    /// <summary>Line within the epoch, from 1.</summary>
    public required long Line { get; init; }

    /// <summary>SHA-256 of the line's canonical content.</summary>
    public required string Hash { get; init; }

    /// <summary>When the manager received it.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Why the line was quarantined; absent for a readable one.</summary>
    public string? QuarantineReason { get; init; }

    /// <summary>The envelope as received; absent for a quarantined line whose content is unknown.</summary>
    public RawJson? Envelope { get; init; }
}
