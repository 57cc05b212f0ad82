using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace OpsManager.Notifications.Sinks;

/// <summary>Finds secrets by name. They are read from the configuration each time, so that a rotated one counts at once, and kept nowhere.</summary>
public sealed partial class SinkSecrets(IConfiguration configuration)
{
    /// <summary>Section that holds them.</summary>
    public const string Section = "Escalations:Secrets";

    /// <summary>What a name is made of.</summary>
    public const string NameRule = "1 to 128 letters, digits, dots, underscores and hyphens, a letter or digit first";

    /// <summary>Whether a text is a name.</summary>
    public static bool IsName(string name) => NameShape().IsMatch(name);

    /// <summary>The secret of that name; null if it is not configured.</summary>
    public string? Find(string name)
    {
        // A colon in a name would lead to another branch of the configuration.
        if (!IsName(name))
        {
            return null;
        }

        var secret = configuration[$"{Section}:{name}"]?.Trim();
        return string.IsNullOrEmpty(secret) || secret.Length > 4096 ? null : secret;
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex NameShape();
}
