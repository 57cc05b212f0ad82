using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Intents;

/// <summary>Identifies one intent of a run. Never reused within it; travels to the adapter and, of a decision, in its note. Lower-case letters, digits and inner hyphens, 3 to 64 characters.</summary>
[JsonConverter(typeof(ParsableStringConverter<IntentId>))]
public readonly partial record struct IntentId : ISpanParsable<IntentId>
{
    private readonly string? _value;

    private IntentId(string value) => _value = value;

    /// <summary>The text. Reading the default value is an error: there is no empty identifier.</summary>
    public string Value => _value ?? throw new InvalidOperationException("A default IntentId has no value.");

    /// <summary>Parses <paramref name="text"/>.</summary>
    /// <exception cref="FormatException">The text is outside the alphabet or too long.</exception>
    public static IntentId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new FormatException("Not a IntentId: " + Rule + ".");

    /// <summary>Parses <paramref name="text"/> if it is valid.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out IntentId result)
    {
        // A double dot is a step up in a path, wherever the text ends up.
        if (text is not null && Pattern().IsMatch(text) && !text.Contains("..", StringComparison.Ordinal))
        {
            result = new IntentId(text);
            return true;
        }

        result = default;
        return false;
    }

    static IntentId IParsable<IntentId>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<IntentId>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out IntentId result) => TryParse(s, out result);

    static IntentId ISpanParsable<IntentId>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s.ToString());

    static bool ISpanParsable<IntentId>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out IntentId result) => TryParse(s.ToString(), out result);

    /// <inheritdoc/>
    public override string ToString() => _value ?? string.Empty;

    /// <summary>What is allowed, in words for an error message.</summary>
    public const string Rule = "Lower-case letters, digits and inner hyphens, 3 to 64 characters";

    [GeneratedRegex(@"^[a-z0-9](?:[a-z0-9-]{1,62})[a-z0-9]\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
