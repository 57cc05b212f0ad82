namespace OpsManager.Storage.Purging;

/// <summary>Names of row properties that deletions write: a persisted format.</summary>
internal static class PurgeProperties
{
    /// <summary>Of the purging row: key of the run's list row.</summary>
    public const string ListRow = "listRow";

    /// <summary>Of the purging row: when the head was seen to be gone.</summary>
    public const string EmptiedAt = "emptiedAt";

    /// <summary>Of the creation row: when the run was deleted.</summary>
    public const string PurgedAt = "purgedAt";

    /// <summary>Of the creation row: who asked for it.</summary>
    public const string PurgedBy = "purgedBy";

    /// <summary>Of the creation row: why.</summary>
    public const string PurgeCause = "purgeCause";

    /// <summary>Of the creation row: whether the sprite was given back without proof.</summary>
    public const string ClaimReleased = "claimReleased";
}
