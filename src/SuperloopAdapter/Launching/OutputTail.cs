using System.Text;
using OpsManager.Contract.Diagnostics;

namespace SuperloopAdapter.Launching;

/// <summary>The end of a run's output, fit to be stored and shown: bounded, without control characters and without what looks like a secret.</summary>
internal static class OutputTail
{
    public const int MaxBytes = 4096;

    public static string Clean(ReadOnlySpan<byte> bytes, IReadOnlyList<string>? secrets = null)
    {
        var text = Encoding.UTF8.GetString(bytes);

        // A cut in the middle of a line may have cut the word that says that what follows is secret.
        if (bytes.Length == MaxBytes && text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var lineEnd)
        {
            text = text[(lineEnd + 1)..];
        }

        return Redaction.Clean(text, secrets ?? []);
    }
}
