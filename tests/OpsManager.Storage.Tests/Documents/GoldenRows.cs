using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpsManager.Storage.Gateway;

namespace OpsManager.Storage.Tests.Documents;

/// <summary>Rows and blobs as a JSON file, with the types of their values: what a version stored, kept for all later ones to read.</summary>
internal static class GoldenRows
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<string> WriteAsync(IStorageGateway gateway, IEnumerable<(StorageTable Table, string Partition)> partitions, IEnumerable<(string Name, byte[] Content)> blobs)
    {
        var rows = new JsonArray();
        foreach (var (table, partition) in partitions)
        {
            await foreach (var row in gateway.QueryAsync(table, new RowQuery { PartitionKey = partition }, CancellationToken.None))
            {
                rows.Add(new JsonObject
                {
                    ["table"] = table.ToString(),
                    ["partitionKey"] = row.PartitionKey,
                    ["rowKey"] = row.RowKey,
                    ["properties"] = new JsonObject(row.Properties
                        .OrderBy(property => property.Key, StringComparer.Ordinal)
                        .Select(property => KeyValuePair.Create<string, JsonNode?>(property.Key, ToJson(property.Value)))),
                });
            }
        }

        var golden = new JsonObject
        {
            ["rows"] = rows,
            ["blobs"] = new JsonObject(blobs.Select(blob => KeyValuePair.Create<string, JsonNode?>(blob.Name, Convert.ToBase64String(blob.Content)))),
        };
        return golden.ToJsonString(Indented) + "\n";
    }

    public static async Task LoadAsync(string json, IStorageGateway gateway)
    {
        var golden = JsonNode.Parse(json)!;
        foreach (var row in golden["rows"]!.AsArray())
        {
            var properties = row!["properties"]!.AsObject().ToDictionary(property => property.Key, property => FromJson(property.Value!), StringComparer.Ordinal);
            var outcome = await gateway.WriteAsync(
                Enum.Parse<StorageTable>((string)row["table"]!),
                (string)row["partitionKey"]!,
                [RowWrite.Insert((string)row["rowKey"]!, properties)],
                CancellationToken.None);
            Assert.Equal(WriteStatus.Written, outcome.Status);
        }

        foreach (var (name, content) in golden["blobs"]!.AsObject())
        {
            await gateway.PutBlobAsync(name, Convert.FromBase64String((string)content!), CancellationToken.None);
        }
    }

    private static JsonObject ToJson(object value) => value switch
    {
        string text => new() { ["string"] = text },
        byte[] bytes => new() { ["binary"] = Convert.ToBase64String(bytes) },
        int number => new() { ["int"] = number },
        long number => new() { ["long"] = number },
        bool flag => new() { ["bool"] = flag },
        DateTimeOffset time => new() { ["time"] = time.ToString("O", CultureInfo.InvariantCulture) },
        _ => throw new NotSupportedException(value.GetType().Name),
    };

    private static object FromJson(JsonNode value)
    {
        var (type, node) = value.AsObject().Single();
        return type switch
        {
            "string" => (string)node!,
            "binary" => Convert.FromBase64String((string)node!),
            "int" => (int)node!,
            "long" => (long)node!,
            "bool" => (bool)node!,
            "time" => DateTimeOffset.ParseExact((string)node!, "O", CultureInfo.InvariantCulture),
            _ => throw new NotSupportedException(type),
        };
    }
}
