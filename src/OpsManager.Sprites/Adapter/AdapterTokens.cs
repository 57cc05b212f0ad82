using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace OpsManager.Sprites.Adapter;

/// <summary>Finds tokens by name. They are read from the configuration each time, so that a rotated secret counts at once, and kept nowhere.</summary>
internal sealed partial class AdapterTokens(IConfiguration configuration)
{
    /// <summary>The token of that name; null if it is not configured or cannot be sent in a header.</summary>
    public string? Find(string name)
    {
        // A colon in a name would lead to another branch of the configuration.
        if (!NameShape().IsMatch(name))
        {
            return null;
        }

        var token = configuration[$"{AdapterClientOptions.Section}:Tokens:{name}"]?.Trim();
        return string.IsNullOrEmpty(token) || token.Length > 4096 || token.AsSpan().ContainsAnyExceptInRange('\x21', '\x7e') ? null : token;
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NameShape();
}
