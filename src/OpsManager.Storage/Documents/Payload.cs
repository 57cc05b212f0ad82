using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using OpsManager.Storage.Gateway;

namespace OpsManager.Storage.Documents;

/// <summary>
/// How content lies in a row. Small documents as text, for a person who looks at the table; everything else compressed where that
/// helps and split over binary properties; what does not fit into a row in a blob that the row names.
/// </summary>
internal static class Payload
{
    /// <summary>Content of a row at most, in bytes as stored: leaves a row room for its other properties.</summary>
    public const int InlineLimit = 14 * TableLimits.Property;

    private const string TextProperty = "doc";
    private const string PartProperty = "p";
    private const string EncodingProperty = "enc";
    private const string LengthProperty = "len";
    private const string BlobProperty = "blob";

    private const string Plain = "none";
    private const string Brotli = "br";

    /// <summary>Text at most, in bytes: half of what a string property holds when every byte is a character.</summary>
    private const int TextLimit = 16 * 1024;

    /// <summary>Less than this is not worth compressing.</summary>
    private const int CompressionThreshold = 256;

    /// <summary>A JSON document: text if small, else as <see cref="Encode"/>, but never in a blob.</summary>
    /// <exception cref="InvalidOperationException">It is too large for a row.</exception>
    public static IReadOnlyDictionary<string, object> EncodeDocument(ReadOnlySpan<byte> content)
    {
        if (content.Length <= TextLimit)
        {
            return new Dictionary<string, object>(StringComparer.Ordinal) { [TextProperty] = Encoding.UTF8.GetString(content) };
        }

        var (encoding, bytes) = Compress(content);
        return bytes.Length <= InlineLimit / 4
            ? Inline(encoding, bytes, content.Length)
            : throw new InvalidOperationException($"A document of {content.Length} bytes is too large to be stored with its row.");
    }

    /// <summary>Content of any size.</summary>
    /// <param name="content">The content.</param>
    /// <param name="blobPath">Where a blob goes if one is needed; the content's hash completes its name, so that the same content always has the same name and other content another.</param>
    public static EncodedPayload Encode(ReadOnlySpan<byte> content, string blobPath)
    {
        var (encoding, bytes) = Compress(content);
        if (bytes.Length <= InlineLimit)
        {
            return new EncodedPayload(Inline(encoding, bytes, content.Length), null);
        }

        var name = $"{blobPath}-{Convert.ToHexStringLower(SHA256.HashData(content))}";
        return new EncodedPayload(
            new Dictionary<string, object>(StringComparer.Ordinal)
            {
                [EncodingProperty] = encoding,
                [LengthProperty] = content.Length,
                [BlobProperty] = name,
            },
            (name, bytes));
    }

    /// <summary>Whether a row carries content at all.</summary>
    public static bool IsIn(TableRow row) =>
        row.Properties.ContainsKey(TextProperty) || row.Properties.ContainsKey(EncodingProperty);

    /// <summary>The blob that holds a row's content, or null.</summary>
    public static string? BlobOf(TableRow row) => row.Text(BlobProperty);

    /// <summary>Partition and key of the row that a blob of this name belongs to; null if it is not named as <see cref="Encode"/> names them.</summary>
    public static (string PartitionKey, string RowKey)? RowOf(string blob)
    {
        var slash = blob.IndexOf('/', StringComparison.Ordinal);
        var hash = blob.Length - (2 * SHA256.HashSizeInBytes) - 1;
        return slash > 0 && hash > slash + 1 && blob[hash] == '-' ? (blob[..slash], blob[(slash + 1)..hash]) : null;
    }

    /// <summary>The content of a row.</summary>
    /// <exception cref="UnreadableDocumentException">It is damaged, or its blob is missing.</exception>
    public static async Task<byte[]> DecodeAsync(TableRow row, IStorageGateway gateway, CancellationToken cancellationToken)
    {
        if (row.Text(TextProperty) is { } text)
        {
            return Encoding.UTF8.GetBytes(text);
        }

        var bytes = row.Text(BlobProperty) is { } blob
            ? await gateway.FindBlobAsync(blob, cancellationToken) ?? throw Damaged(row, $"blob {blob} is missing")
            : Join(row);
        var length = checked((int)(row.Number(LengthProperty) ?? throw Damaged(row, "its length is missing")));
        switch (row.Text(EncodingProperty))
        {
            case Plain when bytes.Length == length:
                return bytes;
            case Brotli:
                var content = new byte[length];
                return BrotliDecoder.TryDecompress(bytes, content, out var written) && written == length
                    ? content
                    : throw Damaged(row, "it cannot be decompressed");
            default:
                throw Damaged(row, $"encoding \"{row.Text(EncodingProperty)}\" with {bytes.Length} bytes");
        }
    }

    private static (string Encoding, byte[] Bytes) Compress(ReadOnlySpan<byte> content)
    {
        if (content.Length >= CompressionThreshold)
        {
            var buffer = new byte[content.Length];

            // The fastest level: the store is on the way of every poll, and JSON shrinks well at any level.
            if (BrotliEncoder.TryCompress(content, buffer, out var written, quality: 1, window: 22) && written < content.Length)
            {
                return (Brotli, buffer[..written]);
            }
        }

        return (Plain, content.ToArray());
    }

    private static Dictionary<string, object> Inline(string encoding, byte[] bytes, int length)
    {
        var properties = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            [EncodingProperty] = encoding,
            [LengthProperty] = length,
        };
        for (var at = 0; at < bytes.Length; at += TableLimits.Property)
        {
            properties[PartName(at / TableLimits.Property)] = bytes[at..Math.Min(at + TableLimits.Property, bytes.Length)];
        }

        return properties;
    }

    private static byte[] Join(TableRow row)
    {
        using var joined = new MemoryStream();
        for (var part = 0; row.Binary(PartName(part)) is { } bytes; part++)
        {
            joined.Write(bytes);
        }

        return joined.ToArray();
    }

    private static string PartName(int part) => PartProperty + part.ToString(CultureInfo.InvariantCulture);

    private static UnreadableDocumentException Damaged(TableRow row, string how) =>
        new($"The content of {row.PartitionKey}/{row.RowKey} cannot be read: {how}.");
}
