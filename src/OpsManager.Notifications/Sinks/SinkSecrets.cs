using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace OpsManager.Notifications.Sinks;

/// <summary>Finds secrets by name. They are read from the configuration each time, so that a rotated one counts at once, and kept nowhere.</summary>
public sealed partial class SinkSecrets(IConfiguration configuration)
{
    /// <summary>Section that holds them.</summary>
    public const string Section = "Escalations:Secrets";

    /// <summary>
    /// What a name is made of. It becomes a part of an app setting's name, and those have nothing else on Linux; two underscores in a row
    /// would begin another level of the configuration.
    /// </summary>
    public const string NameRule = "1 to 128 letters, digits and single underscores between them; for a hyphen or a dot write an underscore";

    private const int LongestName = 128;

    /// <summary>Whether a text is a name.</summary>
    public static bool IsName(string name) => name.Length <= LongestName && NameShape().IsMatch(name);

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

    [GeneratedRegex(@"^[A-Za-z0-9]+(_[A-Za-z0-9]+)*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NameShape();
}
