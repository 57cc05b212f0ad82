using System.Security.Cryptography;
using System.Text;

namespace SuperloopAdapter.Serving;

/// <summary>
/// Compares a request's token with the service's in constant time. Both are hashed first, so that not even the length of
/// the right one can be measured.
/// </summary>
internal sealed class TokenGate
{
    private const string Scheme = "Bearer ";

    private readonly byte[]? expected;

    /// <param name="token">The token, or null for a service that was explicitly opened.</param>
    public TokenGate(string? token) => expected = token is null ? null : Hash(token);

    public bool Admits(HttpRequest request)
    {
        if (expected is null)
        {
            return true;
        }

        var authorization = request.Headers.Authorization.ToString();
        var bearer = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..].Trim() : string.Empty;
        var admitted = Matches(bearer);
        return Matches(request.Headers["X-Ops-Token"].ToString()) | admitted;
    }

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private bool Matches(string token) => CryptographicOperations.FixedTimeEquals(Hash(token), expected);
}
