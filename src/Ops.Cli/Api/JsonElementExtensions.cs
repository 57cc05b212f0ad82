using System.Text.Json;

namespace Ops.Cli.Api;

/// <summary>Reads members that may be absent.</summary>
internal static class JsonElementExtensions
{
    public static JsonElement? Member(this JsonElement element, params ReadOnlySpan<string> path)
    {
        var current = element;
        foreach (var name in path)
        {
            if (current.ValueKind != JsonValueKind.Object || !current.TryGetProperty(name, out current))
            {
                return null;
            }
        }

        return current.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : current;
    }

    public static string? Text(this JsonElement element, params ReadOnlySpan<string> path) => element.Member(path)?.ToString();

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];
}
