using SuperloopAdapter.Artifacts;

namespace SuperloopAdapter.Log;

/// <summary>An index of the log as it is kept on disk.</summary>
internal sealed record LogIndexRecord
{
    /// <summary>The log when the index was made.</summary>
    public required FileIdentity Identity { get; init; }

    /// <summary>Bytes of the complete lines the index is about.</summary>
    public required long Bytes { get; init; }

    public required long LineCount { get; init; }

    /// <summary>State of the hash after those bytes.</summary>
    public required byte[] HashState { get; init; }

    /// <summary>Their first bytes.</summary>
    public required byte[] Head { get; init; }

    /// <summary>Their last bytes.</summary>
    public required byte[] Tail { get; init; }

    public required long SampleStride { get; init; }

    public required IReadOnlyList<byte[]> Samples { get; init; }

    public required long CheckpointStride { get; init; }

    public required IReadOnlyList<long> Checkpoints { get; init; }

    public required string? FirstLineHash { get; init; }

    /// <summary>How often a log of the same name and beginning was replaced before.</summary>
    public required int TimesReplaced { get; init; }

    public required LogFacts Facts { get; init; }
}
