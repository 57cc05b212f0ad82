using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace OpsManager.Contract;

/// <summary>Collects what is wrong with an envelope. Paths are put together only when something is.</summary>
internal sealed partial class EnvelopeCheck(int maxRefusals)
{
    private List<EnvelopeRefusal>? _refusals;

    public IReadOnlyList<EnvelopeRefusal> Refusals => _refusals ?? (IReadOnlyList<EnvelopeRefusal>)[];

    public static string Describe(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "a boolean",
        JsonValueKind.Null => "null",
        _ => "nothing",
    };

    public void Refuse(string code, string path, string message)
    {
        _refusals ??= [];
        if (_refusals.Count < maxRefusals)
        {
            _refusals.Add(new EnvelopeRefusal(code, path, message));
        }
    }

    public bool RequiredObject(JsonElement parent, string path, string name, out JsonElement value) =>
        Present(parent, path, name, "an object", out value) && Is(value.ValueKind == JsonValueKind.Object, value, path, name, "an object");

    public bool OptionalObject(JsonElement parent, string path, string name, out JsonElement value) =>
        Given(parent, name, out value) && Is(value.ValueKind == JsonValueKind.Object, value, path, name, "an object or null");

    public bool RequiredText(JsonElement parent, string path, string name) =>
        Present(parent, path, name, "a non-empty string", out var value)
        && Is(value.ValueKind == JsonValueKind.String && !value.ValueEquals(string.Empty), value, path, name, "a non-empty string");

    public void OptionalText(JsonElement parent, string path, string name)
    {
        if (Given(parent, name, out var value))
        {
            Is(value.ValueKind == JsonValueKind.String, value, path, name, "a string or null");
        }
    }

    public void OptionalTexts(JsonElement parent, string path, string name)
    {
        if (!Given(parent, name, out var value) || !Is(value.ValueKind == JsonValueKind.Array, value, path, name, "an array of strings or null"))
        {
            return;
        }

        foreach (var item in value.EnumerateArray())
        {
            if (!Is(item.ValueKind == JsonValueKind.String, item, path, name, "an array of strings alone"))
            {
                return;
            }
        }
    }

    /// <summary>The objects of a list; none when it is not one.</summary>
    public IReadOnlyList<JsonElement> OptionalObjects(JsonElement parent, string path, string name)
    {
        if (!Given(parent, name, out var value) || !Is(value.ValueKind == JsonValueKind.Array, value, path, name, "an array of objects or null"))
        {
            return [];
        }

        List<JsonElement> items = [.. value.EnumerateArray()];
        return items.TrueForAll(item => Is(item.ValueKind == JsonValueKind.Object, item, path, name, "an array of objects alone")) ? items : [];
    }

    public void OptionalNullableBoolean(JsonElement parent, string path, string name)
    {
        if (Given(parent, name, out var value))
        {
            Is(value.ValueKind is JsonValueKind.True or JsonValueKind.False, value, path, name, "true or false, or leave it out");
        }
    }

    public void RequiredTimestamp(JsonElement parent, string path, string name)
    {
        const string Expected = "a time such as \"2026-01-31T23:59:59Z\"";
        if (Present(parent, path, name, Expected, out var value))
        {
            Is(value.ValueKind == JsonValueKind.String && IsTimestamp(value.GetString()!), value, path, name, Expected);
        }
    }

    public void RequiredInteger(JsonElement parent, string path, string name, long minimum, long maximum)
    {
        if (Present(parent, path, name, "an integer", out var value))
        {
            Integer(value, path, name, minimum, maximum);
        }
    }

    public void OptionalInteger(JsonElement parent, string path, string name, long minimum, long maximum)
    {
        if (Given(parent, name, out var value))
        {
            Integer(value, path, name, minimum, maximum);
        }
    }

    public void RequiredBoolean(JsonElement parent, string path, string name)
    {
        if (Present(parent, path, name, "true or false", out var value))
        {
            Is(value.ValueKind is JsonValueKind.True or JsonValueKind.False, value, path, name, "true or false");
        }
    }

    public void OptionalBoolean(JsonElement parent, string path, string name)
    {
        if (parent.TryGetProperty(name, out var value))
        {
            Is(value.ValueKind is JsonValueKind.True or JsonValueKind.False, value, path, name, "true or false, or leave it out");
        }
    }

    private static bool Given(JsonElement parent, string name, out JsonElement value) =>
        parent.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    // The shape is checked by hand because the general parser takes far more than ISO 8601.
    private static bool IsTimestamp(string text) =>
        text.Length <= 40
        && TimestampShape().IsMatch(text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex TimestampShape();

    private bool Present(JsonElement parent, string path, string name, string expected, out JsonElement value)
    {
        if (Given(parent, name, out value))
        {
            return true;
        }

        Refuse(RefusalCodes.FieldMissing, path + "." + name, $"{Field(path, name)} is missing; write {expected}.");
        return false;
    }

    private bool Is(bool condition, JsonElement value, string path, string name, string expected)
    {
        if (!condition)
        {
            var found = value.ValueKind == JsonValueKind.String && expected.Contains("string", StringComparison.Ordinal) ? "an empty string" : Describe(value);
            Refuse(RefusalCodes.FieldInvalid, path + "." + name, $"{Field(path, name)} is {found}; write {expected}.");
        }

        return condition;
    }

    private void Integer(JsonElement value, string path, string name, long minimum, long maximum)
    {
        if (IntegralNumber.TryRead(value, out var number) && number >= minimum && number <= maximum)
        {
            return;
        }

        var found = value.ValueKind == JsonValueKind.Number ? "outside its range" : Describe(value);
        Refuse(RefusalCodes.FieldInvalid, path + "." + name, $"{Field(path, name)} is {found}; write an integer from {minimum} to {maximum}.");
    }

    private static string Field(string path, string name) => path.Length > 2 ? path[2..] + "." + name : name;
}
