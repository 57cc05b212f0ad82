using System.Text.RegularExpressions;

namespace OpsManager.Contract.Diagnostics;

/// <summary>
/// Takes out of a text what is, or looks like, a secret: the values of this process's own secret variables word for word, then
/// whatever follows a word that announces one, then the shapes of well-known keys. It errs towards too much. Cleaning twice is as good
/// as cleaning once: the adapter does it before an answer leaves the sprite, the manager again before it keeps one.
/// </summary>
public static partial class Redaction
{
    /// <summary>What stands in place of a secret.</summary>
    public const string Redacted = "[redacted]";

    private const int ShortestSecret = 8;

    private static readonly string[] SecretNames = ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "APIKEY", "API_KEY", "ACCESS_KEY", "PRIVATE_KEY", "CREDENTIAL"];

    /// <summary>Values of this process's environment that must never be shown; an agent may print what it has inherited.</summary>
    public static IReadOnlyList<string> OwnSecrets(IEnumerable<KeyValuePair<string, string>> environment, IReadOnlyCollection<string> named) =>
        [.. environment
            .Where(v => v.Value.Length >= ShortestSecret && (named.Contains(v.Key) || IsSecretName(v.Key)))
            .Select(static v => v.Value)
            .OrderByDescending(static v => v.Length)];

    /// <summary>Whether a value of this name is a secret, whatever it looks like.</summary>
    public static bool IsSecretName(string name) => SecretNames.Any(secret => name.Contains(secret, StringComparison.OrdinalIgnoreCase));

    /// <summary>The text without secrets, of about the same length, and without control characters but line breaks and tabs.</summary>
    /// <param name="text">The text.</param>
    /// <param name="secrets">Values that must not be shown, longest first.</param>
    public static string Clean(string text, IReadOnlyList<string> secrets)
    {
        foreach (var secret in secrets)
        {
            text = text.Replace(secret, Redacted, StringComparison.Ordinal);
        }

        text = PrivateKey().Replace(text, Redacted);
        text = UserInfo().Replace(text, static m => m.Groups["name"].Value + Redacted + "@");
        text = Assignment().Replace(text, static m => m.Groups["name"].Value + Redacted);
        text = KnownToken().Replace(text, Redacted);
        return string.Create(text.Length, text, static (target, source) =>
        {
            for (var i = 0; i < source.Length; i++)
            {
                target[i] = char.IsControl(source[i]) && source[i] is not ('\n' or '\t') ? ' ' : source[i];
            }
        });
    }

    [GeneratedRegex("(?<name>(?:token|secret|password|passwd|credentials?|api[_-]?key|access[_-]?key|authorization|cookie|bearer)[\"']?\\s*[=:]?\\s*[\"']?(?:(?:bearer|basic)\\s+)?)[^\\s\"']{4,}", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Assignment();

    [GeneratedRegex("(?:sk-|ghp_|gho_|ghs_|ghu_|github_pat_|glpat-|npm_|hf_|xox[abprs]-|AKIA|ASIA|AIza)[A-Za-z0-9_-]{8,}|eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*)?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex KnownToken();

    [GeneratedRegex("(?<name>[A-Za-z][A-Za-z0-9+.-]*://)[^/\\s@\"']+@", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex UserInfo();

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END [A-Z ]*PRIVATE KEY-----)?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PrivateKey();
}
