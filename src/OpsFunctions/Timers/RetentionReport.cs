namespace OpsFunctions.Timers;

/// <summary>What a tick of the retention did.</summary>
public sealed record RetentionReport
{
    /// <summary>Runs marked for deletion.</summary>
    public int Marked { get; init; }

    /// <summary>Runs that are old enough but still hold their sprite, among those looked at.</summary>
    public int Held { get; init; }

    /// <summary>Orchestration instances removed.</summary>
    public int Instances { get; init; }

    /// <summary>Blobs without a row that were removed.</summary>
    public int Blobs { get; init; }

    /// <summary>Parts that failed for now, and runs that could not be read.</summary>
    public int Failures { get; init; }
}
