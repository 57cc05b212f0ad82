using System.Text.Json;
using System.Text.Json.Nodes;
using OpsManager.Core;
using OpsManager.Storage.Gateway;

namespace OpsManager.Storage.Documents;

/// <summary>
/// A kind of stored JSON document. Its version stands beside it in the row, as <see cref="VersionProperty"/>; a reader knows the steps
/// that lead from every older version to the current one.
/// </summary>
/// <param name="name">What it is called in messages.</param>
/// <param name="upgrades">The steps: the first leads from version 1 to 2, and so on. Never removed, only added to.</param>
internal sealed class DocumentFormat<T>(string name, params Func<JsonObject, JsonObject>[] upgrades)
    where T : class
{
    /// <summary>The property that carries the version.</summary>
    public const string VersionProperty = "v";

    /// <summary>The version that is written.</summary>
    public int Version { get; } = upgrades.Length + 1;

    /// <summary>The document as it is stored.</summary>
    public static byte[] Write(T document) => JsonSerializer.SerializeToUtf8Bytes(document, CoreJson.Options);

    /// <summary>The document in a row.</summary>
    /// <exception cref="UnreadableDocumentException">It is damaged or newer than this reader.</exception>
    public T Read(TableRow row, ReadOnlySpan<byte> content)
    {
        var version = row.Number(VersionProperty);
        if (version is not > 0 || version > Version)
        {
            throw new UnreadableDocumentException(
                $"The {name} in {row.PartitionKey}/{row.RowKey} has version {version?.ToString() ?? "none"}; this program reads 1 to {Version}.");
        }

        try
        {
            return (version == Version ? JsonSerializer.Deserialize<T>(content, CoreJson.Options) : Upgrade(content, (int)version))
                ?? throw new UnreadableDocumentException($"The {name} in {row.PartitionKey}/{row.RowKey} is empty.");
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException or FormatException)
        {
            throw new UnreadableDocumentException($"The {name} in {row.PartitionKey}/{row.RowKey} is damaged: {error.Message}", error);
        }
    }

    private T? Upgrade(ReadOnlySpan<byte> content, int version)
    {
        var document = JsonNode.Parse(content) as JsonObject ?? throw new JsonException("It is no JSON object.");
        for (var step = version; step < Version; step++)
        {
            document = upgrades[step - 1](document);
        }

        return document.Deserialize<T>(CoreJson.Options);
    }
}
