namespace SuperloopAdapter.Snapshots;

/// <summary>What is known of a loop's leader process.</summary>
internal enum LeaderEvidence
{
    /// <summary>The process table cannot be read.</summary>
    Unknown,

    /// <summary>It lives.</summary>
    Alive,

    /// <summary>None lives.</summary>
    Gone,
}
