using System.Globalization;
using System.IO.Compression;
using System.Text;
using Azure.Data.Tables;

namespace LocalHost.Durable.Storage;

/// <summary>
/// Text in a table row. A string property ends at 64 KiB of UTF-16, so longer text is compressed and spread over binary
/// properties beside it; the column itself then says so to whoever reads the table.
/// </summary>
internal static class LargeText
{
    private const int MaxPlainLength = 30 * 1024;
    private const int ChunkSize = 60 * 1024;

    // A row ends at 1 MiB; the rest is left to the other columns.
    private const int MaxStoredSize = 800 * 1024;

    public static bool IsLarge(string text) => text.Length > MaxPlainLength;

    public static void EnsureStorable(string text)
    {
        if (text.Length > MaxPlainLength && Encoding.UTF8.GetByteCount(text) > MaxStoredSize && Compress(text).Length > MaxStoredSize)
        {
            throw new PayloadTooLargeException(
                $"A payload of {text.Length} characters is too large for one table row. Store it elsewhere and pass a reference.");
        }
    }

    public static void Write(TableEntity entity, string column, string? text)
    {
        if (text is null)
        {
            return;
        }

        if (!IsLarge(text))
        {
            entity[column] = text;
            return;
        }

        byte[] compressed = Compress(text);
        entity[column] = string.Create(CultureInfo.InvariantCulture, $"({text.Length} characters, compressed in {column}__0 and following)");
        for (int chunk = 0; chunk * ChunkSize < compressed.Length; chunk++)
        {
            int start = chunk * ChunkSize;
            entity[ChunkName(column, chunk)] = compressed[start..Math.Min(start + ChunkSize, compressed.Length)];
        }
    }

    public static string? Read(TableEntity entity, string column)
    {
        if (!entity.ContainsKey(ChunkName(column, 0)))
        {
            return entity.GetString(column);
        }

        using MemoryStream compressed = new();
        for (int chunk = 0; entity.GetBinary(ChunkName(column, chunk)) is { } bytes; chunk++)
        {
            compressed.Write(bytes);
        }

        compressed.Position = 0;
        using GZipStream gzip = new(compressed, CompressionMode.Decompress);
        using StreamReader reader = new(gzip, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static byte[] Compress(string text)
    {
        using MemoryStream target = new();
        using (GZipStream gzip = new(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(text));
        }

        return target.ToArray();
    }

    private static string ChunkName(string column, int chunk) => string.Create(CultureInfo.InvariantCulture, $"{column}__{chunk}");
}
