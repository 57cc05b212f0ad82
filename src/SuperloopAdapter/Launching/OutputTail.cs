using System.Text;
using OpsManager.Contract.Diagnostics;

namespace SuperloopAdapter.Launching;

/// <summary>The end of a run's output, fit to be stored and shown: bounded, without control characters and without what looks like a secret.</summary>
internal static class OutputTail
{
    public const int MaxBytes = 4096;

    /// <summary>What is read: where there is one byte more than is shown, the first line was cut.</summary>
    public const int ReadBytes = MaxBytes + 1;

    public static string Clean(ReadOnlySpan<byte> bytes, IReadOnlyList<string>? secrets = null) => Redaction.Clean(WholeLines(bytes, MaxBytes), secrets ?? []);

    /// <summary>The end of a text, of which one byte more was read than is shown, without a line that was cut: what is left of it may lack the word that announces a secret.</summary>
    public static string WholeLines(ReadOnlySpan<byte> bytes, int max)
    {
        var text = Encoding.UTF8.GetString(bytes);
        return bytes.Length <= max ? text
            : text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? text[(end + 1)..]
            : string.Empty;
    }
}
