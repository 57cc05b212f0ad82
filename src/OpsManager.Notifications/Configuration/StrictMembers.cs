using System.Text.Json;
using OpsManager.Core.Primitives;

namespace OpsManager.Notifications.Configuration;

/// <summary>Reads the members of an object strictly: each that is wrong is named with its path and how to put it right.</summary>
internal static class StrictMembers
{
    private const int WordsAtMost = 100;

    /// <summary>A word of a closed set; the default if it is absent or wrong.</summary>
    public static T Word<T>(JsonElement element, string name, string path, T @default, List<string> errors)
        where T : struct, Enum
    {
        if (!element.TryGetProperty(name, out var given))
        {
            return @default;
        }

        return Parse<T>(given, path + name, errors) ?? @default;
    }

    /// <summary>A list of words of a closed set.</summary>
    public static ValueList<T> Words<T>(JsonElement element, string name, string path, List<string> errors)
        where T : struct, Enum =>
        Items(element, name, path, WordsAtMost, errors).Select(item => Parse<T>(item.Element, item.Path, errors)).OfType<T>().ToValueList();

    private static T? Parse<T>(JsonElement element, string path, List<string> errors)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (element.ValueKind == JsonValueKind.String && element.GetString() == Sinks.Words.Of(value))
            {
                return value;
            }
        }

        errors.Add($"{path}: this word is not known; write one of {string.Join(", ", Enum.GetValues<T>().Select(Sinks.Words.Of))}.");
        return null;
    }

    /// <summary>A list of texts.</summary>
    public static ValueList<string> Texts(JsonElement element, string name, string path, List<string> errors)
    {
        var texts = new List<string>();
        foreach (var (item, itemPath) in Items(element, name, path, WordsAtMost, errors))
        {
            if (item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 and <= 320 } text)
            {
                texts.Add(text);
            }
            else
            {
                errors.Add($"{itemPath}: it is no text of 1 to 320 characters.");
            }
        }

        return texts.ToValueList();
    }

    /// <summary>The elements of a list, each with its path.</summary>
    public static List<(JsonElement Element, string Path)> Items(JsonElement parent, string name, string path, int atMost, List<string> errors)
    {
        if (!parent.TryGetProperty(name, out var list))
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            errors.Add($"{path}{name}: it is no list; write [ ... ].");
            return [];
        }

        if (list.GetArrayLength() > atMost)
        {
            errors.Add($"{path}{name}: it has {list.GetArrayLength()} elements; at most {atMost} are allowed.");
            return [];
        }

        return [.. list.EnumerateArray().Select((element, index) => (element, $"{path}{name}[{index}]"))];
    }

    /// <summary>A text; null if it is absent or wrong.</summary>
    public static string? Text(JsonElement element, string name, string path, bool required, List<string> errors)
    {
        if (!element.TryGetProperty(name, out var given))
        {
            if (required)
            {
                errors.Add($"{path}{name}: it is missing.");
            }

            return null;
        }

        if (given.ValueKind == JsonValueKind.String && given.GetString() is { Length: > 0 and <= 2048 } text)
        {
            return text;
        }

        errors.Add($"{path}{name}: it is no text of 1 to 2048 characters.");
        return null;
    }

    /// <summary>Whether it is an object.</summary>
    public static bool IsObject(JsonElement element, string path, List<string> errors)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            return true;
        }

        errors.Add($"{path}: it is no object; write {{ ... }}.");
        return false;
    }

    /// <summary>Names members that are not known.</summary>
    public static void Known(JsonElement element, string path, string[] known, List<string> errors)
    {
        foreach (var member in element.EnumerateObject().Where(member => !known.Contains(member.Name)))
        {
            errors.Add($"{path}{(member.Name.Length > 64 ? member.Name[..64] + "..." : member.Name)}: this member is not known; known are {string.Join(", ", known.Where(static name => name is not "routingKey"))}.");
        }
    }
}
