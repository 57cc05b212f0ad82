using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace OpsManager.Contract;

/// <summary>
/// What counts as text in JSON that others wrote, defined once. The parser checks the syntax only: bytes that are no UTF-8 and escapes of
/// half a surrogate pair pass it, and then fail wherever a name or a value is made a string, or pass on unseen into an answer. Whoever takes
/// in a document asks here first; behind that every name and every value can be read and written.
/// </summary>
public static class JsonText
{
    // As long as the escape of one UTF-16 unit, which it can so stand in for.
    private static ReadOnlySpan<byte> Replacement => "\\ufffd"u8;

    /// <summary>Parses a document; one that holds what is no text is refused like one that is no JSON.</summary>
    /// <param name="utf8">UTF-8 JSON without byte order mark. It must stay unchanged while the document lives.</param>
    /// <param name="options">Options of the parser.</param>
    /// <exception cref="JsonException">It is no JSON, or holds what is no text.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> utf8, JsonDocumentOptions options = default)
    {
        var document = JsonDocument.Parse(utf8, options);
        if (IsValid(utf8.Span))
        {
            return document;
        }

        document.Dispose();
        throw new JsonException("The document holds text that is not valid Unicode.");
    }

    /// <summary>Whether every name and every value in it is text.</summary>
    /// <param name="element">Any element.</param>
    public static bool IsValid(JsonElement element) => element.ValueKind == JsonValueKind.Undefined || IsValid(JsonMarshal.GetRawUtf8Value(element));

    /// <summary>Whether every name and every value in it is text.</summary>
    /// <param name="json">JSON whose syntax was checked, or is about to be.</param>
    public static bool IsValid(ReadOnlySpan<byte> json) => Utf8.IsValid(json) && FirstHalfPair(json, 0) < 0;

    /// <summary>
    /// The same JSON with U+FFFD in place of each byte sequence that is no UTF-8 and of each half of a surrogate pair: for showing what cannot be
    /// read, never for taking it as said.
    /// </summary>
    /// <param name="json">JSON whose syntax was checked.</param>
    public static byte[] Repair(ReadOnlySpan<byte> json)
    {
        // Decoding replaces what is no UTF-8 and leaves every ASCII byte, and so the syntax, where it was.
        var repaired = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json));
        for (var at = FirstHalfPair(repaired, 0); at >= 0; at = FirstHalfPair(repaired, at + Replacement.Length))
        {
            Replacement.CopyTo(repaired.AsSpan(at));
        }

        return repaired;
    }

    /// <summary>Where the first escape of half a pair begins, or -1. Backslashes are in strings only, and each begins an escape.</summary>
    private static int FirstHalfPair(ReadOnlySpan<byte> json, int from)
    {
        var at = from;
        while (true)
        {
            var next = json[at..].IndexOf((byte)'\\');
            if (next < 0)
            {
                return -1;
            }

            at += next;
            if (!TryReadUnit(json[at..], out var unit))
            {
                // Another escape; one that is cut off is the parser's to refuse.
                at = Math.Min(json.Length, at + 2);
                continue;
            }

            if (!char.IsSurrogate(unit))
            {
                at += Replacement.Length;
            }
            else if (char.IsHighSurrogate(unit) && TryReadUnit(json[(at + Replacement.Length)..], out var low) && char.IsLowSurrogate(low))
            {
                at += 2 * Replacement.Length;
            }
            else
            {
                return at;
            }
        }
    }

    private static bool TryReadUnit(ReadOnlySpan<byte> escape, out char unit)
    {
        unit = default;
        if (escape.Length < Replacement.Length || !escape.StartsWith("\\u"u8))
        {
            return false;
        }

        foreach (var digit in escape[2..Replacement.Length])
        {
            if (!char.IsAsciiHexDigit((char)digit))
            {
                return false;
            }

            unit = (char)((unit << 4) | HexValue(digit));
        }

        return true;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
