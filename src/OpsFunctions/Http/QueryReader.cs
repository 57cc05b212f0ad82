using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using OpsFunctions.Problems;

namespace OpsFunctions.Http;

/// <summary>Reads a query strictly: a parameter that is misspelt must not widen what is asked for.</summary>
public sealed class QueryReader
{
    // The function key may come as a parameter.
    private static readonly string[] HostParameters = ["code", "clientId"];

    private readonly IQueryCollection _query;
    private readonly List<FieldError> _errors = [];

    /// <summary>Begins to read.</summary>
    /// <param name="request">The request.</param>
    /// <param name="known">Parameters the operation has.</param>
    public QueryReader(HttpRequest request, params ReadOnlySpan<string> known)
    {
        _query = request.Query;
        foreach (var (name, values) in _query)
        {
            if (HostParameters.Contains(name))
            {
                continue;
            }

            if (!known.Contains(name))
            {
                var fix = known.IsEmpty ? "Leave it out: there are no parameters." : $"Known parameters: {string.Join(", ", known)}.";
                _errors.Add(new FieldError(name, ProblemKinds.UnknownField.Code, "This parameter is not known.", fix));
            }
            else if (values.Count > 1)
            {
                Invalid(name, "It is given more than once.", "Give it once.");
            }
        }
    }

    /// <summary>What is wrong, or null.</summary>
    public ApiProblem? Problem => _errors.Count == 0 ? null : ApiProblem.Of(_errors);

    /// <summary>A text, or null if it is absent.</summary>
    public string? Text(string name, int maximumLength)
    {
        if (Find(name) is not { } text)
        {
            return null;
        }

        if (text.Length is 0 || text.Length > maximumLength || text.Any(char.IsControl))
        {
            Invalid(name, "The text is empty, too long or has control characters.", $"1 to {maximumLength} printable characters.");
            return null;
        }

        return text;
    }

    /// <summary>A whole number within bounds, or <paramref name="default"/> if it is absent.</summary>
    public int Number(string name, int minimum, int maximum, int @default)
    {
        if (Find(name) is not { } text)
        {
            return @default;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= minimum && value <= maximum)
        {
            return value;
        }

        Invalid(name, "It is no whole number within the bounds.", $"A number from {minimum} to {maximum}.");
        return @default;
    }

    /// <summary>A number that counts from zero, or null if it is absent.</summary>
    public long? Count(string name)
    {
        if (Find(name) is not { } text)
        {
            return null;
        }

        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        Invalid(name, "It is no whole number.", "A number from 0.");
        return null;
    }

    /// <summary>A truth value, or null if it is absent.</summary>
    public bool? Truth(string name)
    {
        switch (Find(name))
        {
            case null:
                return null;
            case "true":
                return true;
            case "false":
                return false;
            default:
                Invalid(name, "It is no truth value.", "true or false.");
                return null;
        }
    }

    /// <summary>One of the words of an enum, or null if it is absent.</summary>
    public T? Word<T>(string name)
        where T : struct, Enum
    {
        if (Find(name) is not { } text)
        {
            return null;
        }

        foreach (var value in Enum.GetValues<T>())
        {
            if (WordOf(value) == text)
            {
                return value;
            }
        }

        Invalid(name, "This word is not known.", $"One of {string.Join(", ", Enum.GetValues<T>().Select(WordOf))}.");
        return null;
    }

    /// <summary>Notes that a parameter has a wrong value.</summary>
    public void Refuse(string name, string detail, string fix) => Invalid(name, detail, fix);

    /// <summary>The word by which an enum's value is public.</summary>
    public static string WordOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private string? Find(string name) => _query.TryGetValue(name, out var values) && values.Count > 0 ? values[0] ?? string.Empty : null;

    private void Invalid(string name, string detail, string fix) =>
        _errors.Add(new FieldError(name, ProblemKinds.InvalidField.Code, detail, fix));
}
