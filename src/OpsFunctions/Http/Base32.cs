namespace OpsFunctions.Http;

/// <summary>Bytes as text that is a valid part of every id.</summary>
internal static class Base32
{
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    /// <summary>The first <paramref name="length"/> characters, of five bits each.</summary>
    public static string Of(ReadOnlySpan<byte> bytes, int length)
    {
        Span<char> text = stackalloc char[length];
        for (var i = 0; i < length; i++)
        {
            var bit = i * 5;
            var window = (bytes[bit / 8] << 8) | bytes[(bit / 8) + 1];
            text[i] = Alphabet[(window >> (11 - (bit % 8))) & 31];
        }

        return new string(text);
    }
}
