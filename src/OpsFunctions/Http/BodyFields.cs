using System.Text;
using System.Text.Json;
using OpsFunctions.Problems;

namespace OpsFunctions.Http;

/// <summary>Reads the members of a body strictly, and says of each that is wrong what is wrong with it and what would be right.</summary>
internal static class BodyFields
{
    /// <summary>Bytes of UTF-8 a note may have; adapters allow no more.</summary>
    public const int MaximumNoteBytes = 4096;

    /// <summary>An identifier.</summary>
    public static T? ReadId<T>(JsonElement parent, string name, string rule, bool required, List<FieldError> errors, string path = "")
        where T : struct, IParsable<T>
    {
        if (Find(parent, name) is not { } element)
        {
            if (required)
            {
                errors.Add(Missing(path + name, rule + "."));
            }

            return null;
        }

        if (element.ValueKind == JsonValueKind.String && T.TryParse(element.GetString(), null, out var id))
        {
            return id;
        }

        errors.Add(Invalid(path + name, "It is not valid.", rule + "."));
        return null;
    }

    /// <summary>A text of one line.</summary>
    public static string? ReadText(JsonElement parent, string name, int maximumLength, List<FieldError> errors, string path = "")
    {
        if (Find(parent, name) is not { } element)
        {
            return null;
        }

        var text = element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        if (string.IsNullOrWhiteSpace(text) || text.Length > maximumLength || text.Any(char.IsControl))
        {
            errors.Add(Invalid(path + name, "It is no text, empty, too long or has control characters.", $"A text of 1 to {maximumLength} printable characters."));
            return null;
        }

        return text;
    }

    /// <summary>A text of one line that must be there; null if it is missing or wrong.</summary>
    public static string? RequireText(JsonElement parent, string name, int maximumLength, List<FieldError> errors)
    {
        if (Find(parent, name) is null)
        {
            errors.Add(Missing(name, $"A text of 1 to {maximumLength} printable characters."));
        }

        return ReadText(parent, name, maximumLength, errors);
    }

    /// <summary>What somebody has to say: a text of several lines, the member <c>note</c>.</summary>
    public static string? ReadNote(JsonElement parent, List<FieldError> errors)
    {
        if (Find(parent, "note") is not { } element)
        {
            return null;
        }

        var text = element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        if (text is null or { Length: 0 }
            || Encoding.UTF8.GetByteCount(text) > MaximumNoteBytes
            || text.Any(static c => char.IsControl(c) && c is not ('\n' or '\t')))
        {
            errors.Add(Invalid(
                "note",
                "It is no text, empty, too long or has control characters.",
                $"A text of at most {MaximumNoteBytes} bytes of UTF-8, with no control characters but line feeds and tabs."));
            return null;
        }

        return text;
    }

    /// <summary>A truth value.</summary>
    public static bool? ReadTruth(JsonElement parent, string name, List<FieldError> errors)
    {
        switch (Find(parent, name)?.ValueKind)
        {
            case null:
                return null;
            case JsonValueKind.True:
                return true;
            case JsonValueKind.False:
                return false;
            default:
                errors.Add(Invalid(name, "It is no truth value.", "true or false."));
                return null;
        }
    }

    /// <summary>A member; one that is null is one that is absent.</summary>
    public static JsonElement? Find(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var element) && element.ValueKind != JsonValueKind.Null ? element : null;

    /// <summary>Refuses members that are not known: one that is misspelt must not be taken for one that is absent.</summary>
    public static void RefuseUnknown(JsonElement parent, string path, string[] known, List<FieldError> errors)
    {
        foreach (var member in parent.EnumerateObject())
        {
            if (!known.Contains(member.Name))
            {
                var name = member.Name.Length > 64 ? member.Name[..64] + "..." : member.Name;
                errors.Add(new FieldError(path + name, ProblemKinds.UnknownField.Code, "This member is not known.", $"Known members: {string.Join(", ", known)}."));
            }
        }
    }

    /// <summary>A member that is missing.</summary>
    public static FieldError Missing(string field, string fix) => new(field, ProblemKinds.MissingField.Code, "It is missing.", fix);

    /// <summary>A member with a wrong value.</summary>
    public static FieldError Invalid(string field, string detail, string fix) => new(field, ProblemKinds.InvalidField.Code, detail, fix);
}
