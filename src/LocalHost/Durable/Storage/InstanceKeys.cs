using System.Globalization;
using System.Text;

namespace LocalHost.Durable.Storage;

/// <summary>Instance ids as partition keys, escaped as the Azure Storage provider escapes them.</summary>
internal static class InstanceKeys
{
    public static string Escape(string instanceId)
    {
        if (!instanceId.AsSpan().ContainsAny("^/\\#?") && !instanceId.Any(char.IsControl))
        {
            return instanceId;
        }

        StringBuilder escaped = new(instanceId.Length + 8);
        foreach (char character in instanceId)
        {
            _ = character switch
            {
                '^' => escaped.Append("^^"),
                '/' => escaped.Append("^0"),
                '\\' => escaped.Append("^1"),
                '#' => escaped.Append("^2"),
                '?' => escaped.Append("^3"),
                < (char)0x20 => escaped.Append('^').Append((char)('a' + character)),
                >= (char)0x7F and <= (char)0x9F => escaped.Append('^').Append((char)('A' + (character - 0x7F))),
                _ => escaped.Append(character),
            };
        }

        return escaped.ToString();
    }

    public static string Unescape(string key)
    {
        if (!key.Contains('^', StringComparison.Ordinal))
        {
            return key;
        }

        StringBuilder text = new(key.Length);
        for (int index = 0; index < key.Length; index++)
        {
            if (key[index] != '^' || index + 1 == key.Length)
            {
                text.Append(key[index]);
                continue;
            }

            char code = key[++index];
            text.Append(code switch
            {
                '^' => '^',
                '0' => '/',
                '1' => '\\',
                '2' => '#',
                '3' => '?',
                >= 'a' and <= (char)('a' + 0x1F) => (char)(code - 'a'),
                _ => (char)(code - 'A' + 0x7F),
            });
        }

        return text.ToString();
    }

    public static string HistoryRow(int index) => index.ToString("X16", CultureInfo.InvariantCulture);
}
