namespace OpsManager.Storage.Gateway;

/// <summary>
/// Which rows are wanted, in ascending order of partition and row key. Conditions are values, not text: each gateway renders them
/// itself, so that nothing a user types can become part of a filter expression.
/// </summary>
internal sealed record RowQuery
{
    /// <summary>The partition; null reads all of them, which is a scan of the table.</summary>
    public string? PartitionKey { get; init; }

    /// <summary>The exact row key.</summary>
    public string? RowKey { get; init; }

    /// <summary>Row keys greater than this.</summary>
    public string? After { get; init; }

    /// <summary>Row keys less than this.</summary>
    public string? Before { get; init; }

    /// <summary>Properties and the values (string or bool) they must have.</summary>
    public IReadOnlyList<KeyValuePair<string, object>> Equal { get; init; } = [];

    /// <summary>Whether only the keys are read, for a caller who does not need what the rows hold.</summary>
    public bool KeysOnly { get; init; }

    /// <summary>How many rows the caller expects to take; sizes the pages, does not end the query.</summary>
    public int PageSize { get; init; } = 1000;
}
