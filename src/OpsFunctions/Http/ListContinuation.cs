using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpsFunctions.Api;
using OpsManager.Storage.Index;

namespace OpsFunctions.Http;

/// <summary>A continuation of the run list, bound to the filter it was made for: the store's own would silently continue another list.</summary>
public static class ListContinuation
{
    private const int CheckLength = 8;
    private const int MaximumLength = 4096;

    /// <summary>Wraps the store's continuation.</summary>
    public static string Wrap(RunFilter filter, string inner)
    {
        var payload = Encoding.UTF8.GetBytes(inner);
        return Base64Url.EncodeToString([.. Check(filter, payload), .. payload]);
    }

    /// <summary>Unwraps a continuation of ours for the same filter.</summary>
    public static bool TryUnwrap(RunFilter filter, string text, [NotNullWhen(true)] out string? inner)
    {
        inner = null;
        if (text.Length is 0 or > MaximumLength || !Base64Url.IsValid(text))
        {
            return false;
        }

        var bytes = Base64Url.DecodeFromChars(text).AsSpan();
        if (bytes.Length <= CheckLength || !Check(filter, bytes[CheckLength..]).SequenceEqual(bytes[..CheckLength]))
        {
            return false;
        }

        inner = Encoding.UTF8.GetString(bytes[CheckLength..]);
        return true;
    }

    // Guards against mistakes, not against malice: whoever may list with one filter may list with any.
    private static ReadOnlySpan<byte> Check(RunFilter filter, ReadOnlySpan<byte> payload) =>
        SHA256.HashData([.. JsonSerializer.SerializeToUtf8Bytes(filter, ApiJson.Options), 0, .. payload]).AsSpan(0, CheckLength);
}
