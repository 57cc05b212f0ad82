using System.Text.Json;

namespace OpsManager.Testing;

/// <summary>Where two JSON values differ, as paths.</summary>
public static class JsonDifferences
{
    public static SortedDictionary<string, (string Ours, string Theirs)> Between(JsonElement ours, JsonElement theirs)
    {
        SortedDictionary<string, (string Ours, string Theirs)> found = new(StringComparer.Ordinal);
        Compare(string.Empty, ours, theirs, found);
        return found;
    }

    private static void Compare(string path, JsonElement? ours, JsonElement? theirs, SortedDictionary<string, (string Ours, string Theirs)> found)
    {
        if (ours is { ValueKind: JsonValueKind.Object } a && theirs is { ValueKind: JsonValueKind.Object } b)
        {
            foreach (var name in a.EnumerateObject().Select(static p => p.Name).Union(b.EnumerateObject().Select(static p => p.Name)))
            {
                Compare(
                    path.Length == 0 ? name : $"{path}.{name}",
                    a.TryGetProperty(name, out var left) ? left : null,
                    b.TryGetProperty(name, out var right) ? right : null,
                    found);
            }
        }
        else if (ours is null || theirs is null || !JsonElement.DeepEquals(ours.Value, theirs.Value))
        {
            found[path] = (ours?.GetRawText() ?? "absent", theirs?.GetRawText() ?? "absent");
        }
    }
}
