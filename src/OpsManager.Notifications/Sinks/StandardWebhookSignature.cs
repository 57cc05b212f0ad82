using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace OpsManager.Notifications.Sinks;

/// <summary>Signs messages as Standard Webhooks 1.0 says: HMAC-SHA256 over <c>id.timestamp.body</c>, base64, with the prefix <c>v1,</c>.</summary>
public static class StandardWebhookSignature
{
    private const string Prefix = "whsec_";

    /// <summary>The key in a secret, <c>whsec_</c> and base64 of 24 to 64 bytes; null if it is none.</summary>
    public static byte[]? KeyOf(string secret)
    {
        ArgumentNullException.ThrowIfNull(secret);
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var buffer = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Prefix.Length..], buffer, out var length) && length is >= 24 and <= 64 ? buffer[..length] : null;
    }

    /// <summary>The value of the header <c>webhook-signature</c>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="id">Value of <c>webhook-id</c>; has no full stop.</param>
    /// <param name="sentAt">Time of the attempt, value of <c>webhook-timestamp</c> in whole seconds.</param>
    /// <param name="body">The body as sent.</param>
    public static string Sign(ReadOnlySpan<byte> key, string id, DateTimeOffset sentAt, ReadOnlySpan<byte> body)
    {
        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{sentAt.ToUnixTimeSeconds()}."));
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, [.. head, .. body]));
    }
}
