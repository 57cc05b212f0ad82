using System.Text.Json;
using OpsFunctions.Problems;

namespace OpsFunctions.Http;

/// <summary>Reads texts of people from bodies. Keys do not tell people apart, so that they name themselves.</summary>
internal static class ActorNames
{
    public const int MaximumLength = 128;

    /// <summary>A required text within bounds; null if it is wrong.</summary>
    public static string? Read(JsonElement body, string name, int maximumLength, List<FieldError> errors)
    {
        if (!body.TryGetProperty(name, out var element) || element.ValueKind == JsonValueKind.Null)
        {
            errors.Add(new FieldError(name, ProblemKinds.MissingField.Code, "It is missing.", $"A text of 1 to {maximumLength} printable characters."));
            return null;
        }

        return ReadOptional(body, name, maximumLength, errors);
    }

    /// <summary>A text within bounds; null if it is absent or wrong.</summary>
    public static string? ReadOptional(JsonElement body, string name, int maximumLength, List<FieldError> errors)
    {
        if (!body.TryGetProperty(name, out var element) || element.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var text = element.ValueKind == JsonValueKind.String ? element.GetString()!.Trim() : string.Empty;
        if (text.Length == 0 || text.Length > maximumLength || text.Any(char.IsControl))
        {
            errors.Add(new FieldError(
                name,
                ProblemKinds.InvalidField.Code,
                "It is no text, empty, too long or has control characters.",
                $"A text of 1 to {maximumLength} printable characters."));
            return null;
        }

        return text;
    }

    /// <summary>Refuses members that are not known.</summary>
    public static void RefuseUnknown(JsonElement body, string[] known, List<FieldError> errors)
    {
        foreach (var member in body.EnumerateObject().Where(member => !known.Contains(member.Name)))
        {
            var name = member.Name.Length > 64 ? member.Name[..64] + "..." : member.Name;
            errors.Add(new FieldError(name, ProblemKinds.UnknownField.Code, "This member is not known.", $"Known members: {string.Join(", ", known)}."));
        }
    }
}
