namespace SuperloopAdapter.Log;

/// <summary>What a complete line of the log is.</summary>
internal enum LineKind
{
    /// <summary>White space only: it has a line number and no envelope.</summary>
    Blank,

    /// <summary>An event.</summary>
    Event,

    /// <summary>Not an event: it is passed on as an envelope that says so.</summary>
    Quarantined,
}
