using System.Security.Cryptography;
using System.Text;
using OpsManager.Core.Intents;
using OpsManager.Core.Runs;

namespace OpsFunctions.Http;

/// <summary>Makes ids of intents.</summary>
public static class IntentIds
{
    // 26 characters of base32 are 130 bits: no two keys meet.
    private const int Length = 26;

    /// <summary>The id that belongs to an Idempotency-Key of a run: the same request finds the intent it made before. Keys of different runs have nothing to do with each other.</summary>
    public static IntentId FromKey(RunId runId, string key) => Format(SHA256.HashData(Encoding.UTF8.GetBytes($"{runId}\n{key}")));

    /// <summary>The id of an event, by the id that its engine gave it: the same however often it is looked at.</summary>
    public static IntentId FromEvent(string eventId) => Format(SHA256.HashData(Encoding.UTF8.GetBytes(eventId)));

    /// <summary>An id of its own.</summary>
    public static IntentId Random() => Format(RandomNumberGenerator.GetBytes(32));

    private static IntentId Format(ReadOnlySpan<byte> bytes) => IntentId.Parse("int-" + Base32.Of(bytes, Length));
}
