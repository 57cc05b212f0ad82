using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using LocalHost.Durable.Engine;

namespace LocalHost.Hosting;

/// <summary>What the local host reads of host.json. Names and defaults are the real host's.</summary>
internal sealed partial record HostJson
{
    private static readonly JsonDocumentOptions ReadOptions = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    public string RoutePrefix { get; init; } = "api";

    public TimeSpan FunctionTimeout { get; init; } = TimeSpan.FromMinutes(30);

    public string HubName { get; init; } = "TestHubName";

    public string ConnectionName { get; init; } = "AzureWebJobsStorage";

    public string DefaultVersion { get; init; } = string.Empty;

    public int? MaxConcurrentActivities { get; init; }

    public int? MaxConcurrentOrchestrators { get; init; }

    public OverridableStates OverridableStates { get; init; }

    public static HostJson Read(string path, IConfiguration settings)
    {
        if (!File.Exists(path))
        {
            return new HostJson();
        }

        using FileStream file = File.OpenRead(path);
        using JsonDocument document = JsonDocument.Parse(file, ReadOptions);
        JsonElement root = document.RootElement;
        JsonElement? durable = Member(root, "extensions", "durableTask");
        HostJson defaults = new();
        string hub = AppSettings.Resolve(Text(durable, "hubName") ?? defaults.HubName, settings);
        if (!HubNamePattern().IsMatch(hub))
        {
            throw new InvalidOperationException($"The task hub name '{hub}' must have 3 to 45 letters and digits and start with a letter.");
        }

        return new HostJson
        {
            RoutePrefix = (Text(Member(root, "extensions", "http"), "routePrefix") ?? defaults.RoutePrefix).Trim('/'),
            FunctionTimeout = Text(root, "functionTimeout") is { } timeout ? Timeout(timeout) : defaults.FunctionTimeout,
            HubName = hub,
            ConnectionName = AppSettings.Resolve(Text(Member(durable, "storageProvider"), "connectionName") ?? defaults.ConnectionName, settings),
            DefaultVersion = Text(durable, "defaultVersion") ?? string.Empty,
            MaxConcurrentActivities = Number(durable, "maxConcurrentActivityFunctions"),
            MaxConcurrentOrchestrators = Number(durable, "maxConcurrentOrchestratorFunctions"),
            OverridableStates = Enum.TryParse(Text(durable, "overridableExistingInstanceStates"), ignoreCase: true, out OverridableStates states) ? states : default,
        };
    }

    /// <summary>The log levels of the section <c>logging</c>, as settings of .NET's own logging.</summary>
    public static IReadOnlyDictionary<string, string?> ReadLogLevels(string path)
    {
        // Requests are not logged one by one: their addresses may carry keys.
        Dictionary<string, string?> levels = new(StringComparer.OrdinalIgnoreCase)
        {
            ["Logging:LogLevel:Default"] = "Information",
            ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        };
        if (!File.Exists(path))
        {
            return levels;
        }

        using FileStream file = File.OpenRead(path);
        using JsonDocument document = JsonDocument.Parse(file, ReadOptions);
        if (Member(document.RootElement, "logging", "logLevel") is { ValueKind: JsonValueKind.Object } section)
        {
            foreach (JsonProperty level in section.EnumerateObject().Where(level => level.Value.ValueKind == JsonValueKind.String))
            {
                levels[$"Logging:LogLevel:{level.Name}"] = level.Value.GetString();
            }
        }

        return levels;
    }

    private static TimeSpan Timeout(string text)
        => text == "-1" ? System.Threading.Timeout.InfiniteTimeSpan : TimeSpan.Parse(text, CultureInfo.InvariantCulture);

    private static JsonElement? Member(JsonElement? element, params string[] path)
    {
        foreach (string name in path)
        {
            if (element is not { ValueKind: JsonValueKind.Object } parent || !parent.TryGetProperty(name, out JsonElement child))
            {
                return null;
            }

            element = child;
        }

        return element;
    }

    private static string? Text(JsonElement? element, string name)
        => Member(element, name) is { ValueKind: JsonValueKind.String } member ? member.GetString() : null;

    private static int? Number(JsonElement? element, string name)
        => Member(element, name) is { ValueKind: JsonValueKind.Number } member ? member.GetInt32() : null;

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9]{2,44}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HubNamePattern();
}
