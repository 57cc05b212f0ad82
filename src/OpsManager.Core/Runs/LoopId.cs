using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using OpsManager.Core.Primitives;

namespace OpsManager.Core.Runs;

/// <summary>Names a loop in a repository's configuration. Letters, digits, dot, underscore and hyphen, not starting with a dot, 1 to 128 characters.</summary>
[JsonConverter(typeof(ParsableStringConverter<LoopId>))]
public readonly partial record struct LoopId : ISpanParsable<LoopId>
{
    private readonly string? _value;

    private LoopId(string value) => _value = value;

    /// <summary>The text. Reading the default value is an error: there is no empty identifier.</summary>
    public string Value => _value ?? throw new InvalidOperationException("A default LoopId has no value.");

    /// <summary>Parses <paramref name="text"/>.</summary>
    /// <exception cref="FormatException">The text is outside the alphabet or too long.</exception>
    public static LoopId Parse(string text) => TryParse(text, out var id)
        ? id
        : throw new FormatException("Not a LoopId: " + Rule + ".");

    /// <summary>Parses <paramref name="text"/> if it is valid.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out LoopId result)
    {
        // A double dot is a step up in a path, wherever the text ends up.
        if (text is not null && Pattern().IsMatch(text) && !text.Contains("..", StringComparison.Ordinal))
        {
            result = new LoopId(text);
            return true;
        }

        result = default;
        return false;
    }

    static LoopId IParsable<LoopId>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<LoopId>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out LoopId result) => TryParse(s, out result);

    static LoopId ISpanParsable<LoopId>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s.ToString());

    static bool ISpanParsable<LoopId>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out LoopId result) => TryParse(s.ToString(), out result);

    /// <inheritdoc/>
    public override string ToString() => _value ?? string.Empty;

    /// <summary>What is allowed, in words for an error message.</summary>
    public const string Rule = "Letters, digits, dot, underscore and hyphen, not starting with a dot, 1 to 128 characters";

    [GeneratedRegex(@"^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Pattern();
}
