using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LocalHost.Durable.Execution;

/// <summary>The name-based UUIDs (version 5) of the Durable Task worker: the same call in a replay gives the same id.</summary>
internal static class DeterministicGuid
{
    private static readonly byte[] NamespaceBytes = Guid.Parse("9e952958-5e33-4daf-827f-2fa12937b875").ToByteArray(bigEndian: true);

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "UUID version 5 is defined over SHA-1; nothing is protected by it.")]
    public static Guid Create(string instanceId, DateTime currentUtcDateTime, int counter)
    {
        string name = string.Concat(
            instanceId,
            "_",
            currentUtcDateTime.ToString("o", CultureInfo.InvariantCulture),
            "_",
            counter.ToString(CultureInfo.InvariantCulture));

        byte[] hash = SHA1.HashData([.. NamespaceBytes, .. Encoding.UTF8.GetBytes(name)]);
        Span<byte> id = hash.AsSpan(0, 16);
        id[6] = (byte)((id[6] & 0x0F) | 0x50);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id, bigEndian: true);
    }
}
