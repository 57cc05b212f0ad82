namespace OpsManager.Storage.Gateway;

/// <summary>What became of a write. Everything but <see cref="Written"/> leaves every row as it was.</summary>
internal enum WriteStatus
{
    /// <summary>All rows are written.</summary>
    Written,

    /// <summary>A row to be inserted is there already.</summary>
    Exists,

    /// <summary>A row's tag is not the given one.</summary>
    Changed,

    /// <summary>A row to be replaced or deleted is not there.</summary>
    Missing,
}
