using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using OpsManager.Core;

namespace OpsManager.Storage.Index;

/// <summary>Where a page of a list ended, as an opaque text that is bound to the list's filter.</summary>
internal static class Continuation
{
    private const int Version = 1;

    /// <summary>The continuation after a row.</summary>
    public static string Write(RunFilter filter, string rowKey) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new Token(Version, HashOf(filter), rowKey), CoreJson.Options));

    /// <summary>The row a continuation was made after.</summary>
    /// <exception cref="InvalidContinuationException">It is not one, or was made for another filter.</exception>
    public static string Read(RunFilter filter, string continuation)
    {
        Token? token;
        try
        {
            token = JsonSerializer.Deserialize<Token>(Base64Url.DecodeFromChars(continuation), CoreJson.Options);
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            throw new InvalidContinuationException("The continuation is not one that this list made.", error);
        }

        if (token is not { V: Version, After: not null })
        {
            throw new InvalidContinuationException("The continuation is not one that this list made.");
        }

        return token.Filter == HashOf(filter)
            ? token.After
            : throw new InvalidContinuationException("The continuation was made for a list with another filter.");
    }

    private static string HashOf(RunFilter filter) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(filter, CoreJson.Options))))[..32];

    private sealed record Token(int V, string? Filter, string? After);
}
