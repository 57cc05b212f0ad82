using System.Text;
using System.Text.RegularExpressions;

namespace SuperloopAdapter.Launching;

/// <summary>The end of a run's output, fit to be stored and shown: bounded, without control characters and without what looks like a secret.</summary>
internal static partial class OutputTail
{
    public const int MaxBytes = 4096;

    private const string Redacted = "[redacted]";

    public static string Clean(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);

        // A cut in the middle of a line may have cut the word that says that what follows is secret.
        if (bytes.Length == MaxBytes && text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var lineEnd)
        {
            text = text[(lineEnd + 1)..];
        }

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

    [GeneratedRegex("(?<name>(?:token|secret|password|passwd|api[_-]?key|authorization|bearer)[\"']?\\s*[=:]?\\s*(?:bearer\\s+)?)[^\\s\"']{4,}", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Assignment();

    [GeneratedRegex("(?:sk-|ghp_|gho_|github_pat_|xox[abp]-|AKIA)[A-Za-z0-9_-]{8,}", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex KnownToken();
}
