namespace OpsFunctions.Api;

/// <summary>A stored snapshot.</summary>
public sealed record SnapshotResource
{
    /// <summary>Its number within the run, from 1.</summary>
    public required long Sequence { get; init; }

    /// <summary>When the manager received it.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Number of the last event stored before it.</summary>
    public required long EventSequence { get; init; }

    /// <summary>Cursor that goes on after that event.</summary>
    public required string EventCursor { get; init; }

    /// <summary>The envelope as received.</summary>
    public required RawJson Envelope { get; init; }
}
