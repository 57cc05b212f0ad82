using System.Security.Cryptography;
using System.Text;
using OpsManager.Core.Runs;

namespace OpsFunctions.Http;

/// <summary>Makes run ids.</summary>
public static class RunIds
{
    // 26 characters of base32 are 130 bits: no two keys meet.
    private const int Length = 26;

    /// <summary>Characters an Idempotency-Key may have.</summary>
    public const int MaximumKeyLength = 255;

    /// <summary>The id that belongs to an Idempotency-Key: the same request finds the run it made before, without a look-up.</summary>
    public static RunId FromKey(string key) => Format(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>An id of its own.</summary>
    public static RunId Random() => Format(RandomNumberGenerator.GetBytes(32));

    /// <summary>Whether a text can be an Idempotency-Key.</summary>
    public static bool IsKey(string key) => key.Length is > 0 and <= MaximumKeyLength && key.All(c => c is >= ' ' and < (char)127);

    private static RunId Format(ReadOnlySpan<byte> bytes) => RunId.Parse("run-" + Base32.Of(bytes, Length));
}
