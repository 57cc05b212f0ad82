using System.Text.Json;
using System.Text.RegularExpressions;

namespace LocalHost.Hosting;

/// <summary>App settings: local.settings.json's <c>Values</c>, and <c>%NAME%</c> references to settings.</summary>
internal static partial class AppSettings
{
    public static string Resolve(string text, IConfiguration settings)
        => Reference().Replace(text, match => settings[match.Groups["name"].Value]
            ?? throw new InvalidOperationException($"The app setting '{match.Groups["name"].Value}', which '{text}' refers to, is not set."));

    /// <summary>Names may be written with <c>__</c> or <c>:</c>, as environment variables are.</summary>
    public static IReadOnlyDictionary<string, string?> ReadLocalSettings(string path)
    {
        Dictionary<string, string?> values = new(StringComparer.OrdinalIgnoreCase);
        if (!File.Exists(path))
        {
            return values;
        }

        using FileStream file = File.OpenRead(path);
        using JsonDocument document = JsonDocument.Parse(file, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        if (document.RootElement.TryGetProperty("Values", out JsonElement section))
        {
            foreach (JsonProperty property in section.EnumerateObject())
            {
                values[property.Name.Replace("__", ":", StringComparison.Ordinal)] = property.Value.ValueKind == JsonValueKind.String
                    ? property.Value.GetString()
                    : property.Value.GetRawText();
            }
        }

        return values;
    }

    [GeneratedRegex("%(?<name>[^%]+)%", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}
