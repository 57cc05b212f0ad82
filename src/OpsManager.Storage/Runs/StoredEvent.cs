namespace OpsManager.Storage.Runs;

/// <summary>One stored line of the log.</summary>
public sealed record StoredEvent
{
    /// <summary>The manager's own gap-free number within the run, from 1.</summary>
    public required long Sequence { get; init; }

    /// <summary>Epoch of the log.</summary>
    public required int Epoch { get; init; }

    /// <summary>Line within the epoch, from 1.</summary>
    public required long Line { get; init; }

    /// <summary>SHA-256 of the line's canonical content, lower-case hex.</summary>
    public required string Hash { get; init; }

    /// <summary>When the manager received it, on its own clock.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Why the line was quarantined; null for a readable one.</summary>
    public string? QuarantineReason { get; init; }

    /// <summary>The envelope as received, UTF-8 JSON; empty for a quarantined line whose content is unknown.</summary>
    public required ReadOnlyMemory<byte> Envelope { get; init; }
}
