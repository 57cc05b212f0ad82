using System.Globalization;
using System.Text;

namespace OpsManager.Sprites.Adapter;

/// <summary>Makes texts from outside fit for a record that people read: one line, bounded, without the token.</summary>
internal static class DetailText
{
    /// <summary>Longest detail, in UTF-16 code units.</summary>
    public const int MaxLength = 200;

    public static string Clean(string text, string? secret = null)
    {
        if (!string.IsNullOrEmpty(secret))
        {
            text = text.Replace(secret, "***", StringComparison.Ordinal);
        }

        var clean = new StringBuilder(Math.Min(text.Length, MaxLength));
        foreach (var rune in text.EnumerateRunes())
        {
            // Format characters can reverse what is shown; lone surrogates arrive here as the replacement character.
            var category = Rune.GetUnicodeCategory(rune);
            var visible = category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                ? new Rune(' ')
                : rune;
            if (Rune.IsWhiteSpace(visible) && (clean.Length == 0 || clean[^1] == ' '))
            {
                continue;
            }

            if (clean.Length + visible.Utf16SequenceLength > MaxLength - 1)
            {
                return clean.Append('…').ToString();
            }

            clean.Append(visible.ToString());
        }

        return clean.ToString().TrimEnd();
    }
}
