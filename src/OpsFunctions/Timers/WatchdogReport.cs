namespace OpsFunctions.Timers;

/// <summary>What a tick of the watchdog did.</summary>
public sealed record WatchdogReport
{
    /// <summary>Runs looked at.</summary>
    public required int Runs { get; init; }

    /// <summary>Engines started that were missing.</summary>
    public required int Started { get; init; }

    /// <summary>Engines replaced.</summary>
    public required int Replaced { get; init; }

    /// <summary>Engines left for a later tick, because this one had replaced as many as it may.</summary>
    public required int Deferred { get; init; }

    /// <summary>Engines of earlier generations that still ran and were terminated.</summary>
    public required int Retired { get; init; }

    /// <summary>Rows without a run that were removed.</summary>
    public required int Orphans { get; init; }

    /// <summary>Runs that could not be looked at.</summary>
    public required int Failures { get; init; }
}
