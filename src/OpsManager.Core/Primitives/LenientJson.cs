using System.Globalization;
using System.Text.Json;

namespace OpsManager.Core.Primitives;

/// <summary>Reads members of documents that other programs wrote. What has not the expected kind counts as absent.</summary>
internal static class LenientJson
{
    /// <summary>The element if it is an object.</summary>
    public static JsonElement? Object(JsonElement? element) =>
        element is { ValueKind: JsonValueKind.Object } value ? value : null;

    /// <summary>Whether there is a value at all, of whatever kind.</summary>
    public static bool IsPresent(JsonElement? element) =>
        element is { } value && value.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>A member if the element is an object that has it.</summary>
    public static JsonElement? Member(JsonElement? element, string name) =>
        Object(element) is { } value && value.TryGetProperty(name, out var member) ? member : null;

    /// <summary>A member's text; null unless it is a string with content.</summary>
    public static string? Text(JsonElement? element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.String } member && member.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>A member's whole number.</summary>
    public static long? Number(JsonElement? element, string name) =>
        Member(element, name) is { ValueKind: JsonValueKind.Number } member && member.TryGetInt64(out var number) ? number : null;

    /// <summary>A member's truth value. The runtime writes some of them as the words "true" and "false".</summary>
    public static bool? Flag(JsonElement? element, string name) => Member(element, name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.String } member when bool.TryParse(member.GetString(), out var flag) => flag,
        _ => null,
    };

    /// <summary>A member's time.</summary>
    public static DateTimeOffset? Time(JsonElement? element, string name) => Time(Text(element, name));

    /// <summary>An ISO 8601 time as UTC; one without offset is taken as UTC, as the runtime writes it.</summary>
    public static DateTimeOffset? Time(string? text) =>
        text is { Length: >= 10 } && char.IsAsciiDigit(text[0])
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;

    /// <summary>Text cut to a length, so that a record stays small whatever was sent; null when empty.</summary>
    public static string? Bounded(string? text, int limit)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (text.Length <= limit)
        {
            return text;
        }

        // Half a surrogate pair would not survive being stored as UTF-8.
        return char.IsHighSurrogate(text[limit - 1]) ? text[..(limit - 1)] : text[..limit];
    }
}
