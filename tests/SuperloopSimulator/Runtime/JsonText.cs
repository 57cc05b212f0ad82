using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OpsManager.SuperloopSimulator.Runtime;

/// <summary>JSON in jq's two layouts.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Pretty(JsonNode node) => node.ToJsonString(Indented) + "\n";

    public static string Line(JsonNode node) => node.ToJsonString(Compact) + "\n";

    public static JsonArray Array(IEnumerable<string> values) => new([.. values.Select(value => (JsonNode?)value)]);

    /// <summary><c>with_entries(select(.value != null))</c>: only the outer members.</summary>
    public static JsonObject WithoutNulls(JsonObject members)
    {
        foreach (var name in members.Where(member => member.Value is null).Select(member => member.Key).ToArray())
        {
            members.Remove(name);
        }

        return members;
    }

    /// <summary>The file's JSON; null when it is missing, empty or not JSON, which superloop.sh mostly treats alike.</summary>
    public static JsonObject? TryRead(string path)
    {
        try
        {
            return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static string? Text(this JsonObject? members, string name) => members?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static int? Number(this JsonObject? members, string name) => members?[name] is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    public static bool? Flag(this JsonObject? members, string name) => members?[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;
}
