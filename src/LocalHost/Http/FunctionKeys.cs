using System.Security.Cryptography;
using System.Text;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Http;

/// <summary>
/// Function keys from configuration: <c>Keys:Master</c> opens everything, <c>Keys:System</c> the Durable HTTP API,
/// <c>Keys:Host</c> all functions, <c>Keys:Functions:&lt;name&gt;</c> one function. Each may be one value or a section of
/// named values.
/// </summary>
internal sealed class FunctionKeys
{
    private readonly IReadOnlyList<byte[]> _master;
    private readonly IReadOnlyList<byte[]> _system;
    private readonly IReadOnlyList<byte[]> _host;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<byte[]>> _functions;

    private FunctionKeys(IReadOnlyList<byte[]> master, IReadOnlyList<byte[]> system, IReadOnlyList<byte[]> host, IReadOnlyDictionary<string, IReadOnlyList<byte[]>> functions)
    {
        _master = master;
        _system = system;
        _host = host;
        _functions = functions;
    }

    public bool HasMaster => _master.Count > 0;

    public static FunctionKeys From(IConfiguration configuration)
    {
        IConfigurationSection keys = configuration.GetSection("Keys");
        return new FunctionKeys(
            Values(keys.GetSection("Master")),
            Values(keys.GetSection("System")),
            Values(keys.GetSection("Host")),
            keys.GetSection("Functions").GetChildren().ToDictionary(function => function.Key, Values, StringComparer.OrdinalIgnoreCase));
    }

    public bool Allows(HttpRequest request, AuthorizationLevel level, string? function = null)
    {
        if (level == AuthorizationLevel.Anonymous)
        {
            return true;
        }

        return IsOneOf(request, level switch
        {
            AuthorizationLevel.Function => [.. _master, .. _host, .. _functions.GetValueOrDefault(function ?? string.Empty) ?? []],
            AuthorizationLevel.System => [.. _master, .. _system],
            _ => _master,
        });
    }

    /// <summary>
    /// Whether the host knows the key at all. What is no function, it refuses with 403 to a key it knows; a function, with 401.
    /// </summary>
    public bool Knows(HttpRequest request) => IsOneOf(request, [.. _master, .. _system, .. _host]);

    private static bool IsOneOf(HttpRequest request, IEnumerable<byte[]> accepted)
    {
        string? key = request.Headers.TryGetValue("x-functions-key", out Microsoft.Extensions.Primitives.StringValues header)
            ? header.ToString()
            : request.Query["code"].ToString();
        if (string.IsNullOrEmpty(key))
        {
            return false;
        }

        // Every key is compared, so that the time tells nothing about which of them was close.
        byte[] presented = Hash(key);
        bool isAllowed = false;
        foreach (byte[] expected in accepted)
        {
            isAllowed |= CryptographicOperations.FixedTimeEquals(presented, expected);
        }

        return isAllowed;
    }

    private static IReadOnlyList<byte[]> Values(IConfigurationSection section)
        => section.GetChildren().Select(named => named.Value).Append(section.Value)
            .Where(value => !string.IsNullOrWhiteSpace(value))
            .Select(value => Hash(value!))
            .ToList();

    // Hashed, because a comparison in constant time needs equal lengths.
    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
