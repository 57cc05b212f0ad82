namespace OpsManager.Storage.Gateway;

/// <summary>A row as read.</summary>
/// <param name="PartitionKey">Its partition.</param>
/// <param name="RowKey">Its key within the partition.</param>
/// <param name="ETag">The concurrency tag.</param>
/// <param name="Properties">Its values: string, byte[], int, long, bool or DateTimeOffset.</param>
internal sealed record TableRow(string PartitionKey, string RowKey, string ETag, IReadOnlyDictionary<string, object> Properties)
{
    public string? Text(string name) => Properties.GetValueOrDefault(name) as string;

    public bool Flag(string name) => Properties.GetValueOrDefault(name) is true;

    public DateTimeOffset? Time(string name) => Properties.GetValueOrDefault(name) is DateTimeOffset value ? value : null;

    public byte[]? Binary(string name) => Properties.GetValueOrDefault(name) as byte[];

    public long? Number(string name) => Properties.GetValueOrDefault(name) switch
    {
        int value => value,
        long value => value,
        _ => null,
    };
}
