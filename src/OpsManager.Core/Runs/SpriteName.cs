using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Runs;

/// <summary>Names a sprite. Lower-case letters, digits and inner hyphens, 1 to 63 characters.</summary>
[JsonConverter(typeof(ParsableStringConverter<SpriteName>))]
public readonly partial record struct SpriteName : ISpanParsable<SpriteName>
{
    private readonly string? _value;

    private SpriteName(string value) => _value = value;

    /// <summary>The text. Reading the default value is an error: there is no empty identifier.</summary>
    public string Value => _value ?? throw new InvalidOperationException("A default SpriteName has no value.");

    /// <summary>Parses <paramref name="text"/>.</summary>
    /// <exception cref="FormatException">The text is outside the alphabet or too long.</exception>
    public static SpriteName Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new FormatException("Not a SpriteName: " + Rule + ".");

    /// <summary>Parses <paramref name="text"/> if it is valid.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out SpriteName result)
    {
        // A double dot is a step up in a path, wherever the text ends up.
        if (text is not null && Pattern().IsMatch(text) && !text.Contains("..", StringComparison.Ordinal))
        {
            result = new SpriteName(text);
            return true;
        }

        result = default;
        return false;
    }

    static SpriteName IParsable<SpriteName>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<SpriteName>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SpriteName result) => TryParse(s, out result);

    static SpriteName ISpanParsable<SpriteName>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s.ToString());

    static bool ISpanParsable<SpriteName>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out SpriteName result) => TryParse(s.ToString(), out result);

    /// <inheritdoc/>
    public override string ToString() => _value ?? string.Empty;

    /// <summary>What is allowed, in words for an error message.</summary>
    public const string Rule = "Lower-case letters, digits and inner hyphens, 1 to 63 characters";

    [GeneratedRegex(@"^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
