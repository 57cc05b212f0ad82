namespace OpsManager.Storage.Gateway;

/// <summary>What is done with a row.</summary>
internal enum RowWriteKind
{
    /// <summary>Inserted; refused if it is there.</summary>
    Insert,

    /// <summary>Replaced as a whole, if its tag is still the given one.</summary>
    Replace,

    /// <summary>The given properties are set, whether or not the row is there.</summary>
    Merge,

    /// <summary>Set as a whole, whether or not the row is there.</summary>
    Upsert,

    /// <summary>Deleted, if its tag is still the given one.</summary>
    Delete,
}
