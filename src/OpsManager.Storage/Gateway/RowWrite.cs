namespace OpsManager.Storage.Gateway;

/// <summary>One row's part in a write.</summary>
internal sealed record RowWrite(RowWriteKind Kind, string RowKey, IReadOnlyDictionary<string, object> Properties, string? ETag)
{
    /// <summary>The tag that every row and blob has.</summary>
    public const string AnyTag = "*";

    private static readonly Dictionary<string, object> Nothing = [];

    public static RowWrite Insert(string rowKey, IReadOnlyDictionary<string, object> properties) => new(RowWriteKind.Insert, rowKey, properties, null);

    public static RowWrite Replace(string rowKey, string etag, IReadOnlyDictionary<string, object> properties) => new(RowWriteKind.Replace, rowKey, properties, etag);

    public static RowWrite Merge(string rowKey, IReadOnlyDictionary<string, object> properties) => new(RowWriteKind.Merge, rowKey, properties, null);

    public static RowWrite Upsert(string rowKey, IReadOnlyDictionary<string, object> properties) => new(RowWriteKind.Upsert, rowKey, properties, null);

    public static RowWrite Delete(string rowKey, string etag) => new(RowWriteKind.Delete, rowKey, Nothing, etag);
}
